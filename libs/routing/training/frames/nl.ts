import type { LanguageFrames } from './frames.js';

export const nl: LanguageFrames = {
  lang: 'nl',
  contents: {
    scene: ['een kat op de maan', 'een strand bij zonsondergang', 'kinderen die in het park spelen', 'een draak van glas', 'een stad van de toekomst', 'ons nieuwe product'],
    sound: ['een vrolijke wals', 'rustige piano om te studeren', 'rock uit de jaren 80', 'een trieste ballade', 'ontspannen lo-fi'],
    say: ['Welkom in onze winkel.', 'De trein vertrekt om negen uur.', 'Er was eens een klein dorp.', 'Bedankt voor uw telefoontje.'],
    topic: ['fotografie', 'de geschiedenis van Nederland', 'klimaatverandering', 'thuiswerken', 'zwarte gaten', 'videogames', 'de muziekindustrie'],
    query: ['de minister-president', 'de nieuwe iPhone', 'Philips', 'Ajax', 'de verkiezingen', 'de treinstaking', 'Bitcoin'],
    code: ['een lijst omkeert', 'een csv-bestand leest', 'controleert of een getal priem is', 'namen sorteert', 'woorden telt'],
    thing: ['de boom', 'de persoon links', 'de auto', 'de tekst', 'het watermerk', 'een hoed', 'een hond'],
  },
  image: ['Ultrarealistische filmische foto van {scene}, zacht licht, onscherpe achtergrond, verticale compositie', 'teken {scene}', 'maak een afbeelding van {scene}', 'ik wil een foto van {scene}', 'genereer een illustratie met {scene}', 'maak een logo voor een bakkerij', 'poster met {scene}', '{scene}, aquarel, zeer gedetailleerd', 'schilder {scene}', 'ik heb een tekening nodig van {scene}'],
  imageEdit: ['verwijder {thing} van deze foto', 'haal de achtergrond weg van de afbeelding', 'verander de kleur van {thing} naar blauw op de foto', 'voeg {thing} toe aan deze afbeelding', 'maak deze foto zwart-wit', 'verbeter de kwaliteit van deze oude foto', 'maak van mijn foto een tekening', 'vervang {thing} door een fiets'],
  imageCombine: ['voeg deze twee foto\'s samen tot één', 'combineer foto1.jpg en foto2.jpg', 'maak een collage van deze afbeeldingen'],
  video: ['maak een video van {scene}', 'maak een animatie met {scene}', 'ik wil een clip van 10 seconden: {scene}', 'animeer {scene}', 'slow motion video van {scene}', 'genereer een reclamefilmpje over {topic}'],
  videoEdit: ['knip de eerste 5 seconden van de video', 'voeg ondertitels toe aan de video', 'stabiliseer deze video', 'versnel clip.mp4', 'verwijder {thing} uit de video'],
  videoCombine: ['voeg deze clips samen tot één video', 'plak intro.mp4 en einde.mp4 aan elkaar', 'zet deze muziek onder de video'],
  music: ['componeer {sound}', 'maak een lied over {topic}', 'maak een nummer: {sound}', 'ik wil {sound}', 'achtergrondmuziek, {sound}', 'een jingle voor onze pizzeria', 'genereer een soundtrack met {sound}'],
  musicEdit: ['maak dit liedje langzamer', 'verwijder de zang uit lied.mp3'],
  speech: ['lees hardop voor: {say}', 'zet deze tekst om in spraak: {say}', 'zeg met een rustige stem: {say}', 'spreek in: {say}', 'transcribeer deze opname', 'ik heb een vrouwenstem nodig die zegt: {say}', 'maak een voice-over: {say}', 'transcribeer interview.mp3'],
  speechEdit: ['verwijder de ruis uit deze opname', 'verander de stem in deze opname'],
  code: ['schrijf een functie die {code}', 'python script dat {code}', 'sql query voor de 10 beste klanten', 'hoe maak ik een lus in java', 'maak een programma dat {code}', 'reguliere expressie voor telefoonnummers', 'html pagina met formulier', 'leg deze code uit: print(1)'],
  codeEdit: ['corrigeer deze code: print("hoi"', 'vind de fout in deze code', 'zet deze code om naar javascript'],
  web_search: ['laatste nieuws over {query}', 'wat voor weer wordt het morgen in Utrecht', 'prijs van {query} vandaag', 'wie heeft de wedstrijd gisteren gewonnen', 'zoek op internet naar {query}', 'restaurants in de buurt', 'dollarkoers nu', 'hoe laat is het in Tokio', 'wanneer speelt Ajax', 'gaat het vandaag regenen?', 'wat is er vandaag gebeurd met {query}', 'goedkope vluchten naar Rome', 'is het museum vandaag open?'],
  text: ['leg uit hoe spraaksynthese werkt', 'hoe maakt men een tekenfilm?', 'Ik wil dat je optreedt als arts. Ik beschrijf mijn situatie en jij geeft advies.', 'Ik wil dat je optreedt als therapeut. Ik beschrijf mijn situatie en jij geeft advies.', 'Ik wil dat je optreedt als muzikant. Ik beschrijf mijn situatie en jij geeft advies.', 'schrijf een tekst over {topic}', 'leg {topic} uit', 'vat deze tekst samen: {say}', 'vertaal naar het Engels: {say}', 'schrijf een gedicht over {scene}', 'wat is {topic}?', 'geef me tips over {topic}', 'schrijf een prompt voor een afbeelding van {scene}', 'schrijf een songtekst over {topic}', 'e-mail aan mijn baas', 'wat is de hoofdstad van Peru', 'vertel een grap', 'hallo, hoe gaat het?', 'verschil tussen jpg en png', 'wie schilderde de Mona Lisa', 'ik wil dat je je gedraagt als geschiedenisleraar', 'hoeveel mensen staan er op de foto?', 'beschrijf deze afbeelding', 'verbeter de grammatica: {say}', 'recept voor appeltaart', 'een verhaal over {scene}', 'hoeveel is 12 keer 8'],
};
