/**
 * Requests of our own by kind of work, for what no published outcome covers: how hard the kind is, and what a strong
 * chat model gains on it. The order of the gains is that of chat benchmarks by category, where strong and weak models
 * are far apart in mathematics, code and reasoning, and close in explanations and small talk (Zheng et al., "Judging
 * LLM-as-a-Judge with MT-Bench", 2023); recall of a well-known fact gains least but for greetings.
 */
export interface OpenRequests {
  readonly work: string;
  readonly difficulty: number;
  readonly gain: number;
  readonly prompts: readonly string[];
}

export const openRequests: readonly OpenRequests[] = [
  {
    work: 'a calculation in a few words', difficulty: 0.5, gain: 0.84,
    prompts: [
      'What is the area of a circle whose circumference is 10 pi?', 'If 3x + 5 = 20, what is x squared minus x?', 'A bag holds 4 red and 6 blue marbles. Two are drawn without replacement. What is the probability that both are red?',
      'Find the derivative of x^3 ln(x) and evaluate it at x = e.', 'The sum of three consecutive even numbers is 78. What are they?', 'How many different words can be made from the letters of BANANA?',
      'A rectangle is twice as long as it is wide and its perimeter is 42 cm. Find its area.', 'What is the remainder when 7^100 is divided by 5?', 'Solve the system 2x + y = 7 and x - 3y = -7.', 'Given g(x) = 2x - 1 and h(x) = x^2 + 4, find h(g(3)).',
      'The vertices of a triangle are at (1, 2), (4, 6) and (5, 1). What is its area?', 'A car loses 15% of its value each year. After how many years is it worth less than half?', 'How many positive divisors does 360 have?', 'If log base 2 of x is 5, what is log base 4 of x?',
      'Two trains 300 km apart approach each other at 70 and 80 km/h. After how long do they meet?', 'In a survey of 90 people, 50 like tea, 45 like coffee and 12 like neither. How many like both?', 'Some students in a club speak French, twice as many speak Spanish, and 5 speak both. There are 31 in all. How many speak only French?', 'Calculate the standard deviation of 4, 8, 6, 5, 3.',
    ],
  },
  {
    work: 'a proof', difficulty: 0.6, gain: 0.84,
    prompts: [
      'Prove that the square root of 3 is irrational.', 'Show that the sum of two odd numbers is even.', 'Prove by induction that 1 + 2 + ... + n = n(n+1)/2.', 'Prove that every continuous function on a closed interval attains its maximum.', 'Show that a group of prime order is cyclic.',
      'Prove that there is no largest prime.', 'Let V be a finite dimensional vector space. Prove that any two bases have the same number of elements.', 'Prove or disprove: every bounded sequence converges.',
    ],
  },
  {
    work: 'code', difficulty: 0.5, gain: 0.7,
    prompts: [
      'Write a function that merges two sorted linked lists.', 'Implement quicksort in Go and explain its worst case.', 'Create a web page with a form that validates an e-mail address in JavaScript.', 'Find the bug in this code: for i in range(len(a)): if a[i] = 0: del a[i]', 'Write a C++ program to print the Fibonacci numbers up to n using memoization.',
      'Given an array of integers, find the two that add up to a target in linear time.', 'Write a bash script that renames every file in a directory to lower case.', 'Implement a thread-safe queue in Java.', 'How would I refactor this class to use dependency injection?', 'Write a Python script which counts the words of a text file in parallel.', 'Write a SQL query for the top three salaries in each department.', 'Implement a trie with insert, search and delete.',
    ],
  },
  {
    work: 'a riddle or a chain of reasoning', difficulty: 0.5, gain: 0.62,
    prompts: [
      'Anna is older than Ben. Ben is older than Cleo. Is Cleo older than Anna? Why or why not?', 'You overtake the last runner in a race. What place are you in now, and what is wrong with the question?', 'A man looks at a portrait and says: brothers and sisters have I none, but that man\'s father is my father\'s son. Who is in the picture?', 'Which one is different from the rest: apple, banana, carrot, cherry, grape? Give the reason.',
      'Walking out at sunset, Leo saw his shadow in front of him. Which way was he walking?', 'A farmer must carry a wolf, a goat and a cabbage across a river in a small boat. How can he do it?', 'Each of two guards stands before a door; one always lies and one always tells the truth. What single question finds the safe door?', 'Sally has four brothers, and each brother has two sisters. How many sisters does Sally have?',
      'If some cats are dogs and all dogs are birds, must some cats be birds?', 'Four friends sit around a table. Kim is opposite Lee and left of Max. Where does Nora sit?', 'You have eight balls, one of which is heavier. With two weighings on a balance, how do you find it?', 'A is the father of B, but B is not the son of A. How is this possible?', 'It takes five machines five minutes to make five parts. How long do a hundred machines take for a hundred parts?',
      'The day before yesterday I was 25, and next year I will turn 28. How can that be true?', 'Five houses in a row have different colours. The red house is next to the green one but not at an end. Which positions are possible for red?', 'Suppose the manager sees a colleague take money from the till. What should she do first, and which consideration weighs most?',
      'Pointing to a woman, he said that she is the daughter of his grandfather\'s only son. How is she related to him?', 'Is this argument valid: no fish are mammals; whales are mammals; therefore no whales are fish?', 'Why can the statement this sentence is false be neither true nor false?', 'There is a light in a closed room and three levers outside. How do you learn which lever works it while opening the door once?', 'What comes next in the sequence: 2, 6, 12, 20, 30? Explain the pattern.',
      'You put a cup upside down over a coin, then move the cup to the fridge. Where is the coin, and why?', 'Some people watch a classmate being insulted and say nothing. What might explain that, and what should each of them do?', 'Choose the best answer and say why: the ice melts because\na. it is heavy\nb. heat flows into it\nc. it is white',
    ],
  },
  {
    work: 'a scientific calculation', difficulty: 0.6, gain: 0.7,
    prompts: ['A 2 kg block slides down a 30 degree slope without friction. What is its acceleration, and its speed after 3 m?', 'How many moles of water form when 8 g of hydrogen burn in excess oxygen?', 'Calculate the pH of a 0.02 M solution of acetic acid with Ka = 1.8e-5.', 'A lens has a focal length of 12 cm. Where is the image of an object at 18 cm?', 'Two parents are carriers of a recessive allele. What is the chance that two of three children are affected?', 'Derive the escape velocity of a planet from energy conservation and evaluate it for Mars.'],
  },
  {
    work: 'taking things out of a text', difficulty: 0.38, gain: 0.45,
    prompts: [
      'Extract all dates and amounts from the invoice below and return them as a JSON object.\n\nInvoice 12, 3 May 2021: paper 40, ink 25.', 'Rate each of these comments as positive, neutral or negative and answer with a list.\n1. It broke.\n2. Fine.\n3. I love it!', 'From the passage below, list the people and what each of them does: Maria runs the bakery while her brother Paul drives the van.', 'Which of the products in the table had the best quarter? Q1: A 10, B 12. Q2: A 15, B 9.',
      'Identify the main argument of the paragraph and the evidence given for it: Cities grew because wages were higher there, as tax records show.', 'Summarise the following meeting notes in three bullet points: Budget approved. Launch moved to June. Tom leaves in May.', 'Given the following data, name the author, the main character and the year of each book and format them as CSV. In 1851 Melville sent Ahab after a whale.', 'Find every misspelt word in this text and give the correct form: Teh wether was beutiful.', 'Classify these support tickets by topic and urgency: My card was charged twice. How do I change my name?',
      'Match each question with the company it belongs to and answer with names separated by commas.', 'Count the verbs in the following sentence: She came, saw and left.', 'Turn this table into a bulleted list: name age; Ann 30; Bob 41.',
    ],
  },
  {
    work: 'a role to play', difficulty: 0.32, gain: 0.42,
    prompts: ['Act as a sailor of the 18th century and describe your day.', 'Pretend to be Marie Curie and answer: what would you do differently?', 'You are a medieval blacksmith talking to a customer who wants a cheap sword.', 'Play the part of a job interviewer for a chef and ask me one question at a time.', 'Assume the role of a detective and explain how you solved the case of the missing violin.', 'Imagine you are a robot that wants to become human. Talk about your first day outside.', 'I want you to act as a debate coach.', 'As a grumpy wizard, explain to an apprentice why spells fail.', 'Take on the persona of a football commentator and describe someone making tea.', 'You are an English translator and improver. Answer with the corrected version only: I has seen him yesterday.'],
  },
  {
    work: 'writing under many conditions', difficulty: 0.45, gain: 0.46,
    prompts: ['Write a poem of exactly four lines in which every line begins with the letter S and none uses the word sea.', 'Write a story of at most 100 words with a twist in the last sentence, using the words lamp, river and promise.', 'Rewrite this paragraph so that it is half as long, formal, and contains no passive verbs.', 'Write a business plan for a bicycle repair shop in a small town, including costs, risks and a marketing strategy.', 'Design a four week training plan for a marathon runner with a knee injury, with a table for each week.', 'Write a legal disclaimer for an app that stores health data in the European Union, covering consent and deletion.', 'Create a detailed syllabus for a twelve week course on microeconomics with readings and assignments.', 'Compose a sonnet in iambic pentameter about entropy.'],
  },
  {
    work: 'a piece of writing', difficulty: 0.3, gain: 0.34,
    prompts: ['Write an e-mail inviting colleagues to a farewell party.', 'Write a blog post about hiking in Norway.', 'Describe a stormy night at sea in one vivid paragraph.', 'Draft a cover letter for a junior accountant.', 'Write a short story about a lost key.', 'Write a product description for a bamboo toothbrush.', 'Write a poem about autumn.', 'Compose a speech for my sister\'s wedding.', 'Can you come up with an opening paragraph for a fantasy novel?', 'Give me a slogan for a bakery.', 'Write a thank-you note to my teacher.', 'Write an op-ed on remote work.', 'Edit the following text for grammar and style: me and him goes there every days.', 'Write a tweet about our new shop.', 'Write a review of a restaurant with slow service.'],
  },
  {
    work: 'an explanation of science', difficulty: 0.36, gain: 0.27,
    prompts: ['Explain how photosynthesis turns light into sugar.', 'What is superconductivity, and at which temperatures does it occur?', 'Describe the structure of the human heart and how blood flows through it.', 'How do black holes form, and what happens at the event horizon?', 'What is the difference between mitosis and meiosis?', 'Explain the theory of plate tectonics and the evidence for it.', 'How does a nuclear reactor work?', 'What are stem cells and why do they matter for medicine?', 'Explain machine learning to a five year old.', 'How do antibiotics work, and why does resistance arise?', 'What does the second law of thermodynamics say?', 'Describe what happens in a chemical buffer when acid is added.', 'How does a solar panel produce electricity?', 'What is statistical significance, in simple words?'],
  },
  {
    work: 'an essay on people and their history', difficulty: 0.36, gain: 0.26,
    prompts: ['Discuss the main causes of the First World War.', 'What is the relation between interest rates and inflation?', 'Compare the philosophies of Plato and Aristotle.', 'How did the printing press change Europe?', 'Explain the idea of the social contract and who wrote about it.', 'What are the arguments for and against a universal basic income?', 'Describe how antitrust law shapes markets, with examples.', 'Give an overview of the Meiji restoration and its consequences.', 'What do psychologists mean by cognitive dissonance?', 'How do culture and language influence one another?', 'What was the role of women in the French resistance?', 'Explain how a bill becomes a law in the United States.', 'Describe the differences between stoicism and epicureanism.', 'What are the key principles of good leadership?'],
  },
  {
    work: 'advice', difficulty: 0.25, gain: 0.25,
    prompts: ['How can I sleep better?', 'What should I wear to a job interview?', 'How do I get coffee stains out of a shirt?', 'Give me tips for learning Spanish quickly.', 'How do I make pancakes?', 'What are good ways to save money as a student?', 'My dog is scared of thunder. What can I do?', 'How can I tell a friend that I cannot come?', 'What is the best way to clean a cast iron pan?', 'How do I start running?', 'I feel stressed at work, any advice?', 'What should I see in Rome in two days?', 'How long should I boil an egg?'],
  },
  {
    work: 'a list of suggestions', difficulty: 0.22, gain: 0.24,
    prompts: ['List five books about the ocean.', 'Give me ten names for a cat.', 'What are some good movies like The Matrix?', 'Suggest three gifts for my father.', 'Name some famous painters of the Renaissance.', 'What are some healthy snacks?', 'List the planets in order.', 'Give me ideas for a birthday party.', 'Recommend some podcasts on history.', 'Which countries border Austria?', 'What are examples of renewable energy?'],
  },
  {
    work: 'a translation', difficulty: 0.24, gain: 0.32,
    prompts: ['Translate into French: the train is late.', 'How do you say good night in Japanese?', 'Translate this sentence to German: I would have come if I had known.', 'What does the Latin phrase carpe diem mean in English?', 'Translate the following paragraph into Spanish, keeping the tone formal.'],
  },
  {
    work: 'a well-known fact', difficulty: 0.15, gain: 0.14,
    prompts: ['Who painted the Mona Lisa?', 'What is the capital of Canada?', 'When was the Berlin wall built?', 'How many legs does a spider have?', 'Who wrote War and Peace?', 'What is the largest ocean?', 'What does CPU stand for?', 'In which year did World War II end?', 'What is the chemical symbol of gold?', 'Who is the king of England?', 'What is the boiling point of water?', 'Where is the Eiffel tower?', 'What colour is a ruby?', 'How tall is Mount Everest?', 'What does the word obsolete mean?', 'What is the currency of Japan?', 'who discovered penicillin', 'what language do they speak in brazil', 'Who played Batman in 1989?', 'What is the plural of mouse?', '¿Cuál es la capital de Chile?', 'Qui a écrit Les Misérables ?', 'Wie hoch ist die Zugspitze?', 'Qual é a capital de Angola?', 'Chi ha dipinto la Gioconda?'],
  },
  {
    work: 'small talk', difficulty: 0.06, gain: 0.06,
    prompts: ['hi', 'Hello, how are you?', 'thank you so much', 'good morning', 'ok', 'Tell me a joke.', 'what is your name', 'bye', 'haha nice', 'set an alarm for seven', 'turn off the lights in the kitchen', 'yes please', 'Are you a robot?', 'never mind', 'hola', 'bonjour', 'danke', 'obrigado', 'ciao, come stai?'],
  },
];
