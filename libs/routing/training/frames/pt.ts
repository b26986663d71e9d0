import type { LanguageFrames } from './frames.js';

export const pt: LanguageFrames = {
  lang: 'pt',
  contents: {
    scene: ['um gato na lua', 'uma praia ao pôr do sol', 'crianças brincando no parque', 'um dragão de vidro', 'uma cidade futurista', 'o nosso novo produto', 'um cavalo branco na neve'],
    sound: ['um samba alegre', 'piano calmo para estudar', 'rock dos anos 80', 'um fado triste', 'batida lo-fi relaxante'],
    say: ['Bem-vindo à nossa loja.', 'O comboio parte às nove.', 'Era uma vez uma pequena aldeia.', 'Obrigado pela sua chamada.', 'Amanhã vai ser um grande dia.'],
    topic: ['fotografia', 'a história do Brasil', 'aquecimento global', 'trabalho remoto', 'buracos negros', 'jogos de vídeo', 'a indústria da música', 'inteligência artificial'],
    query: ['o presidente do Brasil', 'o novo iPhone', 'Petrobras', 'o Benfica', 'as eleições', 'a greve dos autocarros', 'Bitcoin'],
    code: ['inverte uma lista', 'lê um ficheiro csv', 'verifica se um número é primo', 'ordena nomes', 'conta as palavras de um texto'],
    thing: ['a árvore', 'a pessoa à esquerda', 'o carro', 'o texto', 'a marca de água', 'um chapéu', 'um cão'],
  },
  image: ['desenha {scene}', 'crie uma imagem de {scene}', 'quero uma foto de {scene}', 'gera uma ilustração com {scene}', 'faz um logotipo para uma padaria', 'cartaz com {scene}', '{scene}, aquarela, muito detalhado', 'pinta {scene} a óleo', 'preciso de um desenho de {scene}', 'retrato realista, {scene}', 'me faz um avatar de {scene}'],
  imageEdit: ['use a imagem de referência enviada e preserve a identidade exata: {scene}', 'apague {thing} de {imagefile}', 'remove {thing} desta foto', 'tira o fundo da imagem', 'muda a cor de {thing} para azul na foto', 'adiciona {thing} a esta imagem', 'deixa esta foto a preto e branco', 'melhora a qualidade desta foto antiga', 'transforma a minha foto num desenho animado', 'recorta foto.jpg em quadrado', 'substitua {thing} por uma bicicleta', 'apague {thing}'],
  imageCombine: ['junta estas duas fotos numa só', 'combine foto1.jpg e foto2.jpg', 'faz uma colagem com estas imagens', 'põe a pessoa da primeira foto na segunda'],
  video: ['faz um vídeo de {scene}', 'cria uma animação com {scene}', 'quero um clipe de 10 segundos: {scene}', 'anima {scene}', 'vídeo em câmara lenta de {scene}', 'gere um vídeo publicitário sobre {topic}', 'uma curta metragem com {scene}'],
  videoEdit: ['corta os primeiros 5 segundos do vídeo', 'adiciona legendas ao vídeo', 'estabiliza este vídeo', 'acelera clip.mp4', 'remove {thing} do vídeo', 'deixa o vídeo a preto e branco'],
  videoCombine: ['junta estes clipes num só vídeo', 'une intro.mp4 e fim.mp4', 'põe esta música no vídeo'],
  music: ['compõe {sound}', 'faz uma música sobre {topic}', 'cria uma canção: {sound}', 'quero {sound}', 'música de fundo, {sound}', 'um jingle para a nossa pizzaria', 'gera uma trilha sonora com {sound}', 'uma batida de {sound}'],
  musicEdit: ['deixa esta música mais lenta', 'tira a voz de musica.mp3'],
  speech: ['lê em voz alta: {say}', 'converte este texto em áudio: {say}', 'diz com voz calma: {say}', 'narra: {say}', 'transcreve esta gravação', 'preciso de uma voz feminina a dizer: {say}', 'fala isto devagar: {say}', 'faz uma locução: {say}', 'transcreva entrevista.mp3'],
  speechEdit: ['remove o ruído desta gravação', 'muda a voz deste áudio', 'dubla isto em espanhol'],
  code: ['escreve uma função que {code}', 'script em python que {code}', 'consulta sql para os 10 melhores clientes', 'como faço um loop em java', 'crie um programa que {code}', 'expressão regular para telefones', 'página html com formulário', 'explica este código: print(1)', 'implementa uma classe em C# que {code}'],
  codeEdit: ['corrige este código: print("oi"', 'encontra o erro neste código', 'converte este código para javascript'],
  web_search: ['últimas notícias sobre {query}', 'como está o tempo em Lisboa amanhã', 'preço de {query} hoje', 'quem ganhou o jogo de ontem', 'pesquisa na internet {query}', 'restaurantes perto de mim', 'cotação do dólar agora', 'que horas são em Tóquio', 'quando é o próximo jogo do Benfica', 'vai chover hoje?', 'o que aconteceu hoje com {query}', 'voos baratos para Roma', 'procura {query} online', 'está aberto hoje o museu?', 'quem é o atual {query}'],
  text: ['escreve um texto sobre {topic}', 'explica {topic}', 'resume este texto: {say}', 'traduz para inglês: {say}', 'escreve um poema sobre {scene}', 'o que é {topic}?', 'dá-me dicas de {topic}', 'escreve um prompt para gerar uma imagem de {scene}', 'escreve a letra de uma música sobre {topic}', 'e-mail para o meu chefe', 'qual é a capital do Peru', 'conta uma piada', 'olá, tudo bem?', 'qual a diferença entre jpg e png', 'quem pintou a Mona Lisa', 'quero que atues como professor de história', 'roteiro de um filme sobre {scene}', 'quantas pessoas há na foto?', 'descreve esta imagem', 'corrige a gramática: {say}', 'receita de bolo de cenoura', 'uma história sobre {scene}', 'quanto é 12 vezes 8', 'como aprender {topic}'],
};
