import type { LanguageFrames } from './frames.js';

export const fr: LanguageFrames = {
  lang: 'fr',
  contents: {
    scene: ['un chat sur la lune', 'une plage au coucher du soleil', 'des enfants qui jouent au parc', 'un dragon de verre', 'une ville futuriste', 'notre nouveau produit', 'un cheval blanc dans la neige'],
    sound: ['une valse joyeuse', 'du piano calme pour étudier', 'du rock des années 80', 'une ballade triste', 'du lo-fi relaxant'],
    say: ['Bienvenue dans notre magasin.', 'Le train part à neuf heures.', 'Il était une fois un petit village.', 'Merci de votre appel.', 'Demain sera un grand jour.'],
    topic: ['la photographie', 'l\'histoire de France', 'le changement climatique', 'le télétravail', 'les trous noirs', 'les jeux vidéo', 'l\'industrie musicale', 'l\'intelligence artificielle'],
    query: ['le président du Sénat', 'le nouvel iPhone', 'Renault', 'le PSG', 'les élections', 'la grève des trains', 'le Bitcoin'],
    code: ['inverse une liste', 'lit un fichier csv', 'vérifie si un nombre est premier', 'trie des noms', 'compte les mots d\'un texte'],
    thing: ['l\'arbre', 'la personne à gauche', 'la voiture', 'le texte', 'le filigrane', 'un chapeau', 'un chien'],
  },
  image: ['dessine {scene}', 'crée une image de {scene}', 'je veux une photo de {scene}', 'génère une illustration avec {scene}', 'fais un logo pour une boulangerie', 'affiche avec {scene}', '{scene}, aquarelle, très détaillé', 'peins {scene} à l\'huile', 'il me faut un dessin de {scene}', 'portrait réaliste, {scene}', 'fais-moi un avatar de {scene}'],
  imageEdit: ['utilise la photo de référence fournie et conserve exactement le visage : {scene}', 'efface {thing} de {imagefile}', 'enlève {thing} de cette photo', 'supprime le fond de l\'image', 'change la couleur de {thing} en bleu sur la photo', 'ajoute {thing} à cette image', 'mets cette photo en noir et blanc', 'améliore la qualité de cette vieille photo', 'transforme ma photo en dessin animé', 'recadre photo.jpg en carré', 'remplace {thing} par un vélo', 'efface {thing}'],
  imageCombine: ['assemble ces deux photos en une seule', 'fusionne photo1.jpg et photo2.jpg', 'fais un collage avec ces images', 'mets la personne de la première photo dans la deuxième'],
  video: ['fais une vidéo de {scene}', 'crée une animation avec {scene}', 'je veux un clip de 10 secondes : {scene}', 'anime {scene}', 'vidéo au ralenti de {scene}', 'génère une vidéo publicitaire sur {topic}', 'un court métrage avec {scene}'],
  videoEdit: ['coupe les 5 premières secondes de la vidéo', 'ajoute des sous-titres à la vidéo', 'stabilise cette vidéo', 'accélère clip.mp4', 'enlève {thing} de la vidéo', 'mets la vidéo en noir et blanc'],
  videoCombine: ['assemble ces clips en une seule vidéo', 'fusionne intro.mp4 et fin.mp4', 'mets cette musique sur la vidéo'],
  music: ['compose {sound}', 'fais une chanson sur {topic}', 'crée un morceau : {sound}', 'je veux {sound}', 'musique de fond, {sound}', 'un jingle pour notre pizzeria', 'génère une bande-son avec {sound}', 'un beat comme {sound}'],
  musicEdit: ['ralentis cette chanson', 'enlève la voix de chanson.mp3'],
  speech: ['lis à voix haute : {say}', 'convertis ce texte en audio : {say}', 'dis d\'une voix calme : {say}', 'narre : {say}', 'transcris cet enregistrement', 'il me faut une voix féminine qui dit : {say}', 'dis ceci lentement : {say}', 'fais une voix off : {say}', 'transcris entretien.mp3'],
  speechEdit: ['enlève le bruit de cet enregistrement', 'change la voix de cet audio', 'double ceci en anglais'],
  code: ['écris une fonction qui {code}', 'script python qui {code}', 'requête sql pour les 10 meilleurs clients', 'comment faire une boucle en java', 'crée un programme qui {code}', 'expression régulière pour les téléphones', 'page html avec formulaire', 'explique ce code : print(1)', 'implémente une classe en C# qui {code}'],
  codeEdit: ['corrige ce code : print("salut"', 'trouve l\'erreur dans ce code', 'convertis ce code en javascript'],
  web_search: ['dernières nouvelles de {query}', 'quel temps fera-t-il à Lyon demain', 'prix de {query} aujourd\'hui', 'qui a gagné le match d\'hier', 'cherche sur internet {query}', 'restaurants près de moi', 'cours du dollar maintenant', 'quelle heure est-il à Tokyo', 'quand joue le PSG', 'va-t-il pleuvoir aujourd\'hui ?', 'que s\'est-il passé aujourd\'hui avec {query}', 'vols pas chers pour Rome', 'recherche {query} en ligne', 'le musée est-il ouvert aujourd\'hui ?', 'qui est actuellement {query}'],
  text: ['écris un texte sur {topic}', 'explique {topic}', 'résume ce texte : {say}', 'traduis en anglais : {say}', 'écris un poème sur {scene}', 'qu\'est-ce que {topic} ?', 'donne-moi des conseils sur {topic}', 'écris un prompt pour générer une image de {scene}', 'écris les paroles d\'une chanson sur {topic}', 'un mail à mon patron', 'quelle est la capitale du Pérou', 'raconte une blague', 'bonjour, ça va ?', 'différence entre jpg et png', 'qui a peint la Joconde', 'je veux que tu agisses comme un professeur d\'histoire', 'scénario d\'un film sur {scene}', 'combien de personnes sur la photo ?', 'décris cette image', 'corrige la grammaire : {say}', 'recette de ratatouille', 'une histoire sur {scene}', 'combien font 12 fois 8', 'comment apprendre {topic}'],
};
