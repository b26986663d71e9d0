import type { LanguageFrames } from './frames.js';

export const pl: LanguageFrames = {
  lang: 'pl',
  contents: {
    scene: ['kot na księżycu', 'plaża o zachodzie słońca', 'dzieci bawiące się w parku', 'smok ze szkła', 'miasto przyszłości', 'nasz nowy produkt'],
    sound: ['wesoły walc', 'spokojne pianino do nauki', 'rock z lat 80', 'smutna ballada', 'relaksujące lo-fi'],
    say: ['Witamy w naszym sklepie.', 'Pociąg odjeżdża o dziewiątej.', 'Dawno temu była sobie mała wioska.', 'Dziękujemy za telefon.'],
    topic: ['fotografia', 'historia Polski', 'zmiany klimatu', 'praca zdalna', 'czarne dziury', 'gry wideo', 'przemysł muzyczny'],
    query: ['premier', 'nowy iPhone', 'Orlen', 'Legia', 'wybory', 'strajk kolei', 'Bitcoin'],
    code: ['odwraca listę', 'czyta plik csv', 'sprawdza czy liczba jest pierwsza', 'sortuje imiona', 'liczy słowa w tekście'],
    thing: ['drzewo', 'osobę po lewej', 'samochód', 'tekst', 'znak wodny', 'kapelusz', 'psa'],
  },
  image: ['Ultrarealistyczna filmowa fotografia, {scene}, miękkie światło, rozmyte tło, pionowa kompozycja, wysoka rozdzielczość', 'narysuj: {scene}', 'stwórz obraz: {scene}', 'chcę zdjęcie: {scene}', 'wygeneruj ilustrację, {scene}', 'zrób logo dla piekarni', 'plakat: {scene}', '{scene}, akwarela, bardzo szczegółowe', 'namaluj: {scene}', 'potrzebuję rysunku, {scene}', '{scene}, zbliżenie, naturalne światło, dużo szczegółów, 8k'],
  imageEdit: ['usuń {thing} z tego zdjęcia', 'usuń tło z obrazka', 'zmień kolor na zdjęciu: {thing} na niebiesko', 'dodaj {thing} do tego zdjęcia', 'zrób to zdjęcie czarno-białe', 'popraw jakość tego starego zdjęcia', 'przerób moje zdjęcie na kreskówkę', 'zastąp {thing} rowerem', 'niech auto będzie czarne', 'załóż psu czapkę', 'niech się uśmiecha', 'niebo powinno być różowe', 'usuń osobę po lewej', 'usuń plamę', 'rozjaśnij', 'zrób z mojego zdjęcia obraz olejny', 'dorób mu wąsy'],
  imageCombine: ['połącz te dwa zdjęcia w jedno', 'scal foto1.jpg i foto2.jpg', 'zrób kolaż z tych zdjęć', 'wstaw nas oboje na jedno zdjęcie', 'sklej zdjęcia w jedno'],
  video: ['zrób wideo: {scene}', 'stwórz animację, {scene}', 'chcę 10-sekundowy klip: {scene}', 'zaanimuj: {scene}', 'film w zwolnionym tempie: {scene}', 'wygeneruj film reklamowy, temat: {topic}'],
  videoEdit: ['wytnij pierwsze 5 sekund filmu', 'dodaj napisy do filmu', 'ustabilizuj to wideo', 'przyspiesz clip.mp4', 'usuń {thing} z filmu', 'zwolnij film', 'usuń dźwięk z filmu'],
  videoCombine: ['połącz te klipy w jeden film', 'sklej intro.mp4 i koniec.mp4', 'dodaj tę muzykę do filmu'],
  music: ['skomponuj {sound}', 'zrób piosenkę na temat: {topic}', 'stwórz utwór: {sound}', 'chcę {sound}', 'muzyka w tle, {sound}', 'dżingiel dla naszej pizzerii', 'wygeneruj ścieżkę dźwiękową, {sound}'],
  musicEdit: ['zwolnij tę piosenkę', 'usuń wokal z piosenka.mp3'],
  speech: ['przeczytaj na głos: {say}', 'zamień ten tekst na mowę: {say}', 'powiedz spokojnym głosem: {say}', 'nagraj lektora: {say}', 'zrób transkrypcję tego nagrania', 'potrzebuję kobiecego głosu, który mówi: {say}', 'przepisz nagranie wywiad.mp3', 'powiedz powoli: {say}', 'zamień tę głosówkę na tekst', 'spisz co on mówi na nagraniu', 'powiedz to głosem dziecka: {say}'],
  speechEdit: ['usuń szum z tego nagrania', 'zmień głos w tym nagraniu'],
  code: ['napisz funkcję, która {code}', 'skrypt w pythonie, który {code}', 'zapytanie sql o 10 najlepszych klientów', 'jak zrobić pętlę w javie', 'stwórz program, który {code}', 'wyrażenie regularne dla telefonów', 'strona html z formularzem', 'wyjaśnij ten kod: print(1)', 'czemu moja pętla się nie kończy', 'jak wczytać plik w javie', 'nie kompiluje się, błąd w linii 3', 'zrób stronę z formularzem w html'],
  codeEdit: ['popraw ten kod: print("hej"', 'znajdź błąd w tym kodzie', 'zamień ten kod na javascript'],
  web_search: ['najnowsze wiadomości: {query}', 'jaka będzie jutro pogoda w Krakowie', 'ile dziś kosztuje {query}', 'kto wygrał wczorajszy mecz', 'wyszukaj w internecie {query}', 'restauracje w pobliżu', 'kurs dolara teraz', 'która godzina jest w Tokio', 'kiedy gra Legia', 'czy dziś będzie padać?', 'co się dziś wydarzyło, {query}', 'tanie loty do Rzymu', 'czy muzeum jest dziś otwarte?', 'będzie jutro zimno?', 'jakie są korki', 'czy {query} wygrał?', 'dzisiejsze wiadomości'],
  text: ['wyjaśnij, jak działa synteza mowy', 'jak powstaje film animowany?', 'Chcę, żebyś działał jako lekarz. Opiszę sytuację, a ty doradzisz.', 'Chcę, żebyś działał jako terapeuta. Opiszę sytuację, a ty doradzisz.', 'Chcę, żebyś działał jako muzyk. Opiszę sytuację, a ty doradzisz.', 'napisz tekst na temat: {topic}', 'wyjaśnij, co to jest {topic}', 'streść ten tekst: {say}', 'przetłumacz na angielski: {say}', 'napisz wiersz: {scene}', 'co to jest {topic}?', 'daj mi porady: {topic}', 'napisz prompt do obrazu: {scene}', 'napisz tekst piosenki, temat {topic}', 'mail do szefa', 'jaka jest stolica Peru', 'opowiedz dowcip', 'cześć, jak się masz?', 'różnica między jpg a png', 'kto namalował Mona Lisę', 'chcę, żebyś był nauczycielem historii', 'ile osób jest na zdjęciu?', 'opisz ten obraz', 'popraw gramatykę: {say}', 'przepis na szarlotkę', 'opowiadanie: {scene}', 'ile to 12 razy 8', 'cześć', 'dzień dobry', 'dzięki', 'smutno mi dzisiaj', 'dzisiaj był ciężki dzień', 'co ugotować z jajek', 'kto napisał {thing}', 'dlaczego morze jest słone', 'jaka jest liczba mnoga od ręka', 'udawaj że jesteś królem', 'ile to 20% z 50', 'życzenia dla brata', 'popraw to zdanie: {say}', 'chcę żebyś jako fotograf odpowiadał na moje pytania', 'wciel się w rolę muzyka. Opowiem ci mój problem'],
};
