/**
 * What the shipped weights say of a small corpus, to the last digit. A change here is a change of behaviour: read the
 * difference, and if it is meant, accept it with `npm run jest -- libs/routing/domain/classify/corpus -u`.
 */
import { expect, it } from '@jest/globals';
import { classify } from './classify.js';
import { loadClassifierWeights } from '../../weights.js';

const corpus = [
  'hi',
  'thanks!',
  'who wrote Don Quixote?',
  'write a haiku about rain',
  'summarise the causes of the French revolution in five bullet points',
  'Translate into German: where is the station?',
  'A train leaves at 3 pm at 60 km/h and another at 4 pm at 90 km/h. When do they meet?',
  'Let $G$ be a finite group of order $pq$. Prove that $G$ is solvable.',
  'Which gas is most abundant in air?\nA. Oxygen\nB. Nitrogen\nC. Argon\nD. Helium\nAnswer:',
  'A landowner sued a neighbor for trespass. Which of the following is the best defense?\nA. Necessity\nB. Consent\nC. Mistake\nD. None of the above\nAnswer:',
  'implement an LRU cache in typescript with tests',
  'def f(x):\n    return x +\n\nfix it',
  'select the ten best customers with sql',
  'latest news on the strike',
  'weather lisbon tomorrow',
  'oil painting of a harbour at dawn',
  'remove the lamp from kitchen.png',
  'combine me.jpg and beach.jpg',
  'a 10 second timelapse of a blooming rose',
  'stabilise clip.mov',
  'an upbeat ukulele song for my shop',
  'read this out loud: welcome aboard',
  'dub this clip into French',
  'faz um logotipo para a minha padaria',
  '¿quién ganó el partido de ayer?',
  'explique-moi la relativité',
  'schreibe einen Test für diese Funktion',
  'componi una ninna nanna',
  'hoe laat is het in Tokio?',
  'opisz to zdjęcie',
  'озвучь этот текст: добрый вечер',
  'bana bir masal anlat',
  'اكتب قصيدة عن البحر',
  'मेरी फोटो से दाग हटाओ',
  '用python写一个爬虫',
  '今日の東京の天気は?',
  '이 영상에 자막을 넣어줘',
  'tạo video quảng cáo cho quán cà phê',
] as const;

it('is classified as it was', () => {
  const weights = loadClassifierWeights();
  const lines = corpus.map((text) => {
    const { task, content_mode, decision, confidence, complexity_tier, complexity_score, needs_strong, skill } = classify({ text, mode: 'auto' }, weights);
    return `${text.replaceAll('\n', ' / ').slice(0, 60)} | ${task} ${content_mode} ${decision} ${confidence} | ${complexity_tier} ${complexity_score} ${needs_strong} | ${skill}`;
  });
  expect(lines.join('\n')).toMatchSnapshot();
});
