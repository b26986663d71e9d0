import type { LanguageFrames } from './frames.js';

export const de: LanguageFrames = {
  lang: 'de',
  contents: {
    scene: ['eine Katze auf dem Mond', 'einen Strand bei Sonnenuntergang', 'spielende Kinder im Park', 'einen Drachen aus Glas', 'eine Stadt der Zukunft', 'unser neues Produkt', 'ein weißes Pferd im Schnee'],
    sound: ['einen fröhlichen Walzer', 'ruhiges Klavier zum Lernen', '80er Rock', 'eine traurige Ballade', 'entspannten Lo-Fi'],
    say: ['Willkommen in unserem Laden.', 'Der Zug fährt um neun.', 'Es war einmal ein kleines Dorf.', 'Danke für Ihren Anruf.', 'Morgen wird ein großer Tag.'],
    topic: ['Fotografie', 'die Geschichte Preußens', 'den Klimawandel', 'Homeoffice', 'schwarze Löcher', 'Videospiele', 'die Musikindustrie', 'künstliche Intelligenz'],
    query: ['den Bundeskanzler', 'das neue iPhone', 'Siemens', 'den FC Bayern', 'die Wahlen', 'den Bahnstreik', 'Bitcoin'],
    code: ['eine Liste umdreht', 'eine csv-Datei liest', 'prüft, ob eine Zahl prim ist', 'Namen sortiert', 'die Wörter eines Textes zählt'],
    thing: ['den Baum', 'die Person links', 'das Auto', 'den Text', 'das Wasserzeichen', 'einen Hut', 'einen Hund'],
  },
  image: ['zeichne {scene}', 'erstelle ein Bild: {scene}', 'ich möchte ein Foto: {scene}', 'generiere eine Illustration, {scene}', 'mach ein Logo für eine Bäckerei', 'Plakat: {scene}', '{scene}, Aquarell, sehr detailliert', 'male {scene} in Öl', 'ich brauche eine Zeichnung, {scene}', 'realistisches Porträt, {scene}', 'mach mir einen Avatar, {scene}'],
  imageEdit: ['verwende das hochgeladene Referenzbild und bewahre das Gesicht genau: {scene}', 'lösche {thing} aus {imagefile}', 'entferne {thing} aus diesem Foto', 'Hintergrund vom Bild entfernen', 'ändere die Farbe von {thing} auf dem Foto zu blau', 'füge {thing} in dieses Bild ein', 'mach dieses Foto schwarz-weiß', 'verbessere die Qualität dieses alten Fotos', 'verwandle mein Foto in einen Comic', 'schneide foto.jpg quadratisch zu', 'ersetze {thing} durch ein Fahrrad', 'lösche {thing}'],
  imageCombine: ['füge diese beiden Fotos zu einem zusammen', 'kombiniere foto1.jpg und foto2.jpg', 'mach eine Collage aus diesen Bildern', 'setze die Person vom ersten Foto in das zweite'],
  video: ['mach ein Video: {scene}', 'erstelle eine Animation, {scene}', 'ich möchte einen 10-Sekunden-Clip: {scene}', 'animiere {scene}', 'Zeitlupenvideo, {scene}', 'generiere ein Werbevideo über {topic}', 'einen Kurzfilm mit {scene}'],
  videoEdit: ['schneide die ersten 5 Sekunden vom Video ab', 'füge dem Video Untertitel hinzu', 'stabilisiere dieses Video', 'beschleunige clip.mp4', 'entferne {thing} aus dem Video', 'mach das Video schwarz-weiß'],
  videoCombine: ['füge diese Clips zu einem Video zusammen', 'verbinde intro.mp4 und ende.mp4', 'lege diese Musik unter das Video'],
  music: ['komponiere {sound}', 'mach ein Lied über {topic}', 'erstelle einen Song: {sound}', 'ich möchte {sound}', 'Hintergrundmusik, {sound}', 'einen Jingle für unsere Pizzeria', 'generiere einen Soundtrack mit {sound}', 'einen Beat wie {sound}'],
  musicEdit: ['mach dieses Lied langsamer', 'entferne den Gesang aus lied.mp3'],
  speech: ['lies laut vor: {say}', 'wandle diesen Text in Sprache um: {say}', 'sag mit ruhiger Stimme: {say}', 'vertone: {say}', 'transkribiere diese Aufnahme', 'ich brauche eine Frauenstimme, die sagt: {say}', 'sprich das langsam: {say}', 'erstelle ein Voiceover: {say}', 'transkribiere interview.mp3'],
  speechEdit: ['entferne das Rauschen aus dieser Aufnahme', 'ändere die Stimme in dieser Aufnahme', 'vertone das neu auf Englisch'],
  code: ['schreibe eine Funktion, die {code}', 'Python-Skript, das {code}', 'SQL-Abfrage für die 10 besten Kunden', 'wie schreibe ich eine Schleife in Java', 'erstelle ein Programm, das {code}', 'regulärer Ausdruck für Telefonnummern', 'HTML-Seite mit Formular', 'erkläre diesen Code: print(1)', 'implementiere eine C#-Klasse, die {code}'],
  codeEdit: ['korrigiere diesen Code: print("hi"', 'finde den Fehler in diesem Code', 'übersetze diesen Code nach JavaScript'],
  web_search: ['neueste Nachrichten über {query}', 'wie wird das Wetter morgen in Köln', 'Preis von {query} heute', 'wer hat das Spiel gestern gewonnen', 'suche im Internet nach {query}', 'Restaurants in meiner Nähe', 'Dollarkurs jetzt', 'wie spät ist es in Tokio', 'wann spielt der FC Bayern', 'regnet es heute?', 'was ist heute mit {query} passiert', 'billige Flüge nach Rom', 'such mal online nach {query}', 'hat das Museum heute geöffnet?', 'wer ist derzeit {query}'],
  text: ['schreibe einen Text über {topic}', 'erkläre {topic}', 'fasse diesen Text zusammen: {say}', 'übersetze ins Englische: {say}', 'schreibe ein Gedicht über {scene}', 'was ist {topic}?', 'gib mir Tipps zu {topic}', 'schreibe einen Prompt für ein Bild mit {scene}', 'schreibe einen Liedtext über {topic}', 'E-Mail an meinen Chef', 'was ist die Hauptstadt von Peru', 'erzähl einen Witz', 'hallo, wie geht es dir?', 'Unterschied zwischen jpg und png', 'wer malte die Mona Lisa', 'ich möchte, dass du als Geschichtslehrer agierst', 'Drehbuch für einen Film über {scene}', 'wie viele Personen sind auf dem Foto?', 'beschreibe dieses Bild', 'korrigiere die Grammatik: {say}', 'Rezept für Apfelkuchen', 'eine Geschichte über {scene}', 'wie viel ist 12 mal 8', 'wie lernt man {topic}'],
};
