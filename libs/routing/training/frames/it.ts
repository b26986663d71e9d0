import type { LanguageFrames } from './frames.js';

export const it: LanguageFrames = {
  lang: 'it',
  contents: {
    scene: ['un gatto sulla luna', 'una spiaggia al tramonto', 'bambini che giocano al parco', 'un drago di vetro', 'una città futuristica', 'il nostro nuovo prodotto'],
    sound: ['un valzer allegro', 'pianoforte calmo per studiare', 'rock anni 80', 'una ballata triste', 'lo-fi rilassante'],
    say: ['Benvenuti nel nostro negozio.', 'Il treno parte alle nove.', 'C\'era una volta un piccolo villaggio.', 'Grazie per la chiamata.'],
    topic: ['la fotografia', 'la storia di Roma', 'il cambiamento climatico', 'lo smart working', 'i buchi neri', 'i videogiochi', 'l\'industria musicale'],
    query: ['il presidente del Consiglio', 'il nuovo iPhone', 'Ferrari', 'la Juventus', 'le elezioni', 'lo sciopero dei treni', 'Bitcoin'],
    code: ['inverte una lista', 'legge un file csv', 'verifica se un numero è primo', 'ordina i nomi', 'conta le parole di un testo'],
    thing: ['l\'albero', 'la persona a sinistra', 'la macchina', 'il testo', 'la filigrana', 'un cappello', 'un cane'],
  },
  image: ['Fotografia cinematografica ultra-realistica di {scene}, luce morbida, sfondo sfocato, composizione verticale, alta definizione', 'Un primo piano mostra {scene}, toni pastello, illuminazione da studio', 'disegna {scene}', 'crea un\'immagine di {scene}', 'voglio una foto di {scene}', 'genera un\'illustrazione con {scene}', 'fai un logo per una panetteria', 'locandina con {scene}', '{scene}, acquerello, molto dettagliato', 'dipingi {scene} a olio', 'mi serve un disegno di {scene}', 'ritratto realistico, {scene}'],
  imageEdit: ['usa l\'immagine di riferimento caricata e mantieni il volto identico: {scene}', 'togli {thing} da questa foto', 'rimuovi lo sfondo dall\'immagine', 'cambia il colore di {thing} in blu nella foto', 'aggiungi {thing} a questa immagine', 'metti questa foto in bianco e nero', 'migliora la qualità di questa vecchia foto', 'trasforma la mia foto in un cartone animato', 'ritaglia foto.jpg', 'sostituisci {thing} con una bicicletta'],
  imageCombine: ['unisci queste due foto in una', 'combina foto1.jpg e foto2.jpg', 'fai un collage con queste immagini', 'metti la persona della prima foto nella seconda'],
  video: ['fai un video di {scene}', 'crea un\'animazione con {scene}', 'voglio una clip di 10 secondi: {scene}', 'anima {scene}', 'video al rallentatore di {scene}', 'genera un video pubblicitario su {topic}'],
  videoEdit: ['taglia i primi 5 secondi del video', 'aggiungi i sottotitoli al video', 'stabilizza questo video', 'accelera clip.mp4', 'togli {thing} dal video'],
  videoCombine: ['unisci questi clip in un solo video', 'unisci intro.mp4 e fine.mp4', 'metti questa musica sul video'],
  music: ['componi {sound}', 'fai una canzone su {topic}', 'crea un brano: {sound}', 'voglio {sound}', 'musica di sottofondo, {sound}', 'un jingle per la nostra pizzeria', 'genera una colonna sonora con {sound}'],
  musicEdit: ['rallenta questa canzone', 'togli la voce da canzone.mp3'],
  speech: ['leggi ad alta voce: {say}', 'converti questo testo in audio: {say}', 'di\' con voce calma: {say}', 'narra: {say}', 'trascrivi questa registrazione', 'mi serve una voce femminile che dica: {say}', 'fai un voiceover: {say}', 'trascrivi intervista.mp3'],
  speechEdit: ['togli il rumore da questa registrazione', 'cambia la voce di questo audio', 'doppia questo in inglese'],
  code: ['scrivi una funzione che {code}', 'script python che {code}', 'query sql per i 10 migliori clienti', 'come faccio un ciclo in java', 'crea un programma che {code}', 'espressione regolare per i telefoni', 'pagina html con modulo', 'spiega questo codice: print(1)'],
  codeEdit: ['correggi questo codice: print("ciao"', 'trova l\'errore in questo codice', 'converti questo codice in javascript'],
  web_search: ['ultime notizie su {query}', 'che tempo farà a Milano domani', 'prezzo di {query} oggi', 'chi ha vinto la partita di ieri', 'cerca su internet {query}', 'ristoranti vicino a me', 'cambio del dollaro adesso', 'che ore sono a Tokyo', 'quando gioca la Juventus', 'pioverà oggi?', 'cosa è successo oggi con {query}', 'voli economici per Roma', 'cerca {query} online', 'il museo è aperto oggi?'],
  text: ['spiega come funziona la sintesi vocale', 'come si fa un film d\'animazione?', 'Voglio che tu agisca come medico. Io descrivo la mia situazione e tu dai consigli. Non scrivere spiegazioni.', 'Voglio che tu agisca come terapeuta. Io descrivo la mia situazione e tu dai consigli. Non scrivere spiegazioni.', 'Voglio che tu agisca come musicista. Io descrivo la mia situazione e tu dai consigli. Non scrivere spiegazioni.', 'Voglio che tu agisca come cuoco. Io descrivo la mia situazione e tu dai consigli. Non scrivere spiegazioni.', 'Sei un esperto di marketing. Crea un piano in base a: [contenuto]', 'scrivi un testo su {topic}', 'spiega {topic}', 'riassumi questo testo: {say}', 'traduci in inglese: {say}', 'scrivi una poesia su {scene}', 'cos\'è {topic}?', 'dammi consigli su {topic}', 'scrivi un prompt per generare un\'immagine di {scene}', 'scrivi il testo di una canzone su {topic}', 'email al mio capo', 'qual è la capitale del Perù', 'raccontami una barzelletta', 'ciao, come stai?', 'differenza tra jpg e png', 'chi ha dipinto la Gioconda', 'voglio che tu agisca come insegnante di storia', 'sceneggiatura di un film su {scene}', 'quante persone ci sono nella foto?', 'descrivi questa immagine', 'correggi la grammatica: {say}', 'ricetta della carbonara', 'una storia su {scene}', 'quanto fa 12 per 8'],
};
