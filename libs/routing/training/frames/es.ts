import type { LanguageFrames } from './frames.js';

export const es: LanguageFrames = {
  lang: 'es',
  contents: {
    scene: ['un gato en la luna', 'una playa al atardecer', 'niños jugando en el parque', 'un dragón de cristal', 'una ciudad futurista', 'nuestro nuevo producto', 'un caballo blanco en la nieve'],
    sound: ['una salsa alegre', 'piano tranquilo para estudiar', 'rock de los 80', 'un bolero triste', 'lo-fi relajante'],
    say: ['Bienvenido a nuestra tienda.', 'El tren sale a las nueve.', 'Érase una vez un pequeño pueblo.', 'Gracias por su llamada.', 'Mañana será un gran día.'],
    topic: ['la fotografía', 'la historia de España', 'el cambio climático', 'el teletrabajo', 'los agujeros negros', 'los videojuegos', 'la industria musical', 'la inteligencia artificial'],
    query: ['el presidente de Chile', 'el nuevo iPhone', 'Telefónica', 'el Real Madrid', 'las elecciones', 'la huelga de trenes', 'Bitcoin'],
    code: ['invierte una lista', 'lee un archivo csv', 'comprueba si un número es primo', 'ordena nombres', 'cuenta las palabras de un texto'],
    thing: ['el árbol', 'la persona de la izquierda', 'el coche', 'el texto', 'la marca de agua', 'un sombrero', 'un perro'],
  },
  image: ['dibuja {scene}', 'crea una imagen de {scene}', 'quiero una foto de {scene}', 'genera una ilustración con {scene}', 'haz un logo para una panadería', 'cartel con {scene}', '{scene}, acuarela, muy detallado', 'píntame {scene} al óleo', 'necesito un dibujo de {scene}', 'retrato realista, {scene}', 'hazme un avatar de {scene}'],
  imageEdit: ['usa la imagen de referencia subida y conserva la identidad exacta: {scene}', 'borra {thing} de {imagefile}', 'quita {thing} de esta foto', 'elimina el fondo de la imagen', 'cambia el color de {thing} a azul en la foto', 'añade {thing} a esta imagen', 'pon esta foto en blanco y negro', 'mejora la calidad de esta foto antigua', 'convierte mi foto en un dibujo animado', 'recorta foto.jpg en cuadrado', 'reemplaza {thing} por una bicicleta', 'borra {thing}'],
  imageCombine: ['junta estas dos fotos en una', 'combina foto1.jpg y foto2.jpg', 'haz un collage con estas imágenes', 'pon a la persona de la primera foto en la segunda'],
  video: ['haz un vídeo de {scene}', 'crea una animación con {scene}', 'quiero un clip de 10 segundos: {scene}', 'anima {scene}', 'video a cámara lenta de {scene}', 'genera un vídeo publicitario sobre {topic}', 'un cortometraje con {scene}'],
  videoEdit: ['corta los primeros 5 segundos del vídeo', 'añade subtítulos al vídeo', 'estabiliza este vídeo', 'acelera clip.mp4', 'quita {thing} del vídeo', 'pon el video en blanco y negro'],
  videoCombine: ['une estos clips en un solo vídeo', 'junta intro.mp4 y final.mp4', 'pon esta música al vídeo'],
  music: ['compón {sound}', 'haz una canción sobre {topic}', 'crea una canción: {sound}', 'quiero {sound}', 'música de fondo, {sound}', 'un jingle para nuestra pizzería', 'genera una banda sonora con {sound}', 'una base de {sound}'],
  musicEdit: ['haz esta canción más lenta', 'quita la voz de cancion.mp3'],
  speech: ['lee en voz alta: {say}', 'convierte este texto en audio: {say}', 'di con voz tranquila: {say}', 'narra: {say}', 'transcribe esta grabación', 'necesito una voz femenina que diga: {say}', 'di esto despacio: {say}', 'haz una locución: {say}', 'transcribe entrevista.mp3'],
  speechEdit: ['quita el ruido de esta grabación', 'cambia la voz de este audio', 'dobla esto al inglés'],
  code: ['escribe una función que {code}', 'script en python que {code}', 'consulta sql para los 10 mejores clientes', 'cómo hago un bucle en java', 'crea un programa que {code}', 'expresión regular para teléfonos', 'página html con formulario', 'explica este código: print(1)', 'implementa una clase en C# que {code}'],
  codeEdit: ['corrige este código: print("hola"', 'encuentra el error en este código', 'convierte este código a javascript'],
  web_search: ['últimas noticias sobre {query}', 'qué tiempo hará en Sevilla mañana', 'precio de {query} hoy', 'quién ganó el partido de ayer', 'busca en internet {query}', 'restaurantes cerca de mí', 'a cuánto está el dólar ahora', 'qué hora es en Tokio', 'cuándo juega el Barcelona', '¿va a llover hoy?', 'qué ha pasado hoy con {query}', 'vuelos baratos a Roma', 'busca {query} en la web', '¿está abierto hoy el museo?', 'quién es actualmente {query}'],
  text: ['escribe un texto sobre {topic}', 'explica {topic}', 'resume este texto: {say}', 'traduce al inglés: {say}', 'escribe un poema sobre {scene}', '¿qué es {topic}?', 'dame consejos sobre {topic}', 'escribe un prompt para generar una imagen de {scene}', 'escribe la letra de una canción sobre {topic}', 'correo para mi jefe', 'cuál es la capital de Perú', 'cuéntame un chiste', 'hola, ¿qué tal?', 'diferencia entre jpg y png', 'quién pintó la Mona Lisa', 'quiero que actúes como profesor de historia', 'guion de una película sobre {scene}', '¿cuántas personas hay en la foto?', 'describe esta imagen', 'corrige la gramática: {say}', 'receta de tortilla', 'un cuento sobre {scene}', 'cuánto es 12 por 8', 'cómo aprender {topic}'],
};
