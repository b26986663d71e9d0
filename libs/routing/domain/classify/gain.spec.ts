/**
 * What a strong model is expected to gain, by kind of work: prompts of our own that training has not seen. The kinds are
 * those of a public benchmark (MT-Bench: Zheng et al., "Judging LLM-as-a-Judge", 2023). The figures beside them are not
 * published ones: they are what we suppose a strong model to be ahead by, in points of ten, and stand for an order only.
 * What is measured on public outcomes is in docs/classifier-report.md.
 */
import { describe, expect, it } from '@jest/globals';
import { classify } from './classify.js';
import { loadClassifierWeights } from '../../weights.js';
import { performanceGapRecovered } from '../../training/metrics.js';

const weights = loadClassifierWeights();
const of = (text: string) => classify({ text, mode: 'auto' }, weights);
const mean = (prompts: readonly string[]) => prompts.reduce((sum, prompt) => sum + of(prompt).needs_strong, 0) / prompts.length;

const work: readonly { readonly kind: string; readonly gap: number; readonly prompts: readonly string[] }[] = [
  {
    kind: 'mathematics', gap: 3.5,
    prompts: [
      'The base of a triangle is 12 cm and its area is 54 square cm. Find its height and then the length of the median to the base if the triangle is isosceles.',
      'A fair die is rolled three times. What is the probability that the sum is at least 16?',
      'If f(x) = 3x^2 - 2x + 7, what is f(-2)?',
      'Solve for x: 2^(x+1) + 2^x = 48.',
      'A train leaves at 9:10 and covers 180 km at an average speed of 72 km/h, stopping for 15 minutes. When does it arrive?',
      'In a class of 40 students, 24 play chess, 18 play football and 7 play neither. How many play both?',
    ],
  },
  {
    kind: 'code', gap: 2.5,
    prompts: [
      'Write a Python program that reads all CSV files in a folder and prints the three columns with the most missing values.',
      'Implement a function that finds the longest palindromic substring of a string, and explain its complexity.',
      'Build a small HTML page with a button that shows a random quote when clicked.',
      'Given two sorted arrays, write code in C++ to find the k-th smallest element of their union in logarithmic time.',
      'What is wrong with this function?\n\ndef mean(xs):\n    total = 0\n    for x in xs:\n        total =+ x\n    return total / len(xs)',
      'Write a SQL query which returns each customer\'s second most recent order.',
    ],
  },
  {
    kind: 'reasoning', gap: 2,
    prompts: [
      'Tom is taller than Ann. Ann is taller than Sue. Is Sue taller than Tom? Explain why.',
      'Imagine you are running a relay with three others and you pass the runner in second place. Which place are you in now? Where is the runner you passed?',
      'There are three switches outside a closed room with one bulb. You may enter only once. How do you find out which switch works the bulb?',
      'A father has two children. At least one of them is a girl born on a Sunday. How should one think about the chance that both are girls?',
      'Which word does not belong with the others: hammer, saw, nail, wrench, screwdriver?',
      'One morning after sunrise, Eva stood facing a pole. The shadow of the pole fell exactly to her left. Which direction was she facing?',
    ],
  },
  {
    kind: 'extraction', gap: 0.5,
    prompts: [
      'Extract the names of the companies and their revenue from the text below and return them as JSON.\n\nIn 2020 Acme earned 3 million, while Bolt earned 5 million and Crumb 700,000.',
      'Given these three reviews, rate each from 1 to 5 and return the ratings as a list.\n\n1. The phone died in a week.\n2. Good value for the money.\n3. It is a phone.',
      'Read the paragraph and answer: who founded the town, and in which year? The town was founded by settlers led by Jon Bell, who arrived in 1852 after leaving the coast.',
      'Identify the named entities in the following article and group them by people, places and organisations: Yesterday Angela Ruiz of Solaris met the mayor of Lyon.',
      'Count how often each word occurs in the passage: the cat saw the dog and the dog saw the cat',
      'From the table below, which product had the highest sales in March? A 12, B 31, C 9',
    ],
  },
  {
    kind: 'roleplay', gap: 0.6,
    prompts: [
      'Pretend you are a pirate captain and tell me about your worst storm.',
      'Act as a doctor who gives creative home remedies. A patient says: I have had stomach pain for two days.',
      'You are Sherlock Holmes. Explain to Watson how you knew that the visitor came from India.',
      'Take on the role of a strict English teacher and correct my sentence: he go to school yesterday.',
      'Imagine you are a tree in a forest that is being cut down. How do you feel?',
      'Please assume the role of a stand-up comedian and describe airports.',
    ],
  },
  {
    kind: 'writing', gap: 0.15,
    prompts: [
      'Write a persuasive email to convince your shy friend to speak at a conference.',
      'Compose a travel blog post about a week in Lisbon, with the food and the sights.',
      'Describe a vivid scene of a market at dawn, using sensory detail.',
      'Write a short story that begins with the line: the last train had already left.',
      'Draft a professional letter asking a supplier for a discount.',
      'Could you write a headline for an article about the ethics of gene editing?',
    ],
  },
  {
    kind: 'science explained', gap: 0.05,
    prompts: [
      'Explain how vaccines train the immune system, and what herd immunity means.',
      'In the field of quantum physics, what is entanglement, and how does it relate to computing?',
      'Describe the process of cellular respiration and where each stage takes place.',
      'How does a suspension bridge carry its load? Walk me through the forces.',
      'What are the main causes of ocean acidification and how does it affect coral reefs?',
      'Explain the central limit theorem in simple words.',
    ],
  },
  {
    kind: 'humanities', gap: 0.05,
    prompts: [
      'Discuss the causes of the French Revolution and its effects on Europe.',
      'How do GDP, inflation and unemployment relate to each other? Explain how monetary policy affects them.',
      'Compare the ethical theories of Kant and Mill.',
      'Provide insights into the correlation between social mobility and education in modern societies.',
      'What led to the fall of the Western Roman Empire?',
      'Suggest five award-winning documentary films with brief descriptions for aspiring historians.',
    ],
  },
];
const facts = ['Who wrote Hamlet?', 'What is the capital of Peru?', 'When did the Titanic sink?', 'Who is the president of Brazil?'];
const smallTalk = ['hi there', 'thanks!', 'Tell me a joke', 'good evening'];
const promptsOf = (kind: string) => work.find((entry) => entry.kind === kind)!.prompts;

describe('what a strong model gains', () => {
  it('is most in mathematics, then code, then the rest, then a known fact, then small talk', () => {
    const [maths, code, writing] = ['mathematics', 'code', 'writing'].map((kind) => mean(promptsOf(kind)));
    expect(maths!).toBeGreaterThan(code!);
    expect(code!).toBeGreaterThan(mean(promptsOf('reasoning')));
    expect(mean(promptsOf('reasoning'))).toBeGreaterThan(writing!);
    expect(writing!).toBeGreaterThan(mean(facts));
    expect(mean(facts)).toBeGreaterThan(mean(smallTalk));
  });

  it('recovers most of the gap when the strong model answers what is said to need it', () => {
    const asked = work.flatMap(({ gap, prompts }) => prompts.map((prompt) => ({ gap, needs: of(prompt).needs_strong })));
    expect(performanceGapRecovered(asked.map(({ needs }) => needs), asked.map(() => 0), asked.map(({ gap }) => gap))).toBeGreaterThan(0.7);
  });
});

describe('the tier', () => {
  it.each([...facts, ...smallTalk])('%s: SIMPLE', (prompt) => expect(of(prompt).complexity_tier).toBe('SIMPLE'));

  it.each([
    'Prove that there are infinitely many primes congruent to 3 modulo 4.',
    'Let $f$ be a polynomial with integer coefficients such that $f(1) = 2$ and $f(f(x)) = x^4 + 2$ for all real $x$. Find the sum of all possible values of $f(3)$.',
  ])('%s: COMPLEX or REASONING', (prompt) => expect(['COMPLEX', 'REASONING']).toContain(of(prompt).complexity_tier));
});
