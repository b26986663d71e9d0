import type { Lexicon } from '../concepts.js';

/**
 * A few words each for languages next door: Swedish, Danish, Norwegian, Finnish, Czech, Slovak, Hungarian, Romanian,
 * Greek, Ukrainian, Bulgarian, Croatian, Slovene, Catalan, Indonesian, Thai, Hebrew, Persian.
 */
export const neighbours: Lexicon = {
  make: 'skapa, gør, lag, luo, tee minulle, vytvoř, vytvor, készíts, hozz létre, creează, genereaza, δημιούργησε, φτιάξε, створи, згенеруй, зроби, създай, генерирай, stvori, napravi, ustvari, naredi, genera, buat, buatkan, hasilkan, สร้าง, ทำ, צור, ایجاد کن, بساز, lav',
  draw: 'rita, tegn, piirrä, nakresli, namaľuj, rajzolj, desenează, ζωγράφισε, намалюй, нарисувай, nacrtaj, nariši, dibuixa, gambarkan, lukis, วาด, צייר, بکش, نقاشی کن',
  image: 'bild, bilde, billede, kuva, kuvan, obrázek, obrázok, kép, képet, imagine, εικόνα, φωτογραφία, зображення, картинку, изображение, снимка, slika, sliku, sliko, imatge, gambar, foto, ภาพ, รูป, תמונה, تصویر, عکس, fotku, valokuva',
  video: 'videon, videota, videó, videót, βίντεο, відео, видео, videoposnetek, วิดีโอ, סרטון, ویدیو',
  song: 'låt, laulu, píseň, pieseň, dalt, cântec, τραγούδι, пісню, пісня, песен, pjesma, pjesmu, pesem, cançó, lagu, เพลง, שיר, آهنگ',
  music: 'musikk, musiikki, hudba, hudbu, zene, zenét, muzică, μουσική, музику, музика, glazba, glazbu, glasba, música, musik, ดนตรี, מוזיקה, موسیقی',
  speak: 'läs högt, læs højt, les høyt, lue ääneen, přečti nahlas, olvasd fel, citește cu voce tare, διάβασε δυνατά, прочитай вголос, прочети на глас, pročitaj naglas, llegeix en veu alta, bacakan, อ่านออกเสียง, הקרא, بخوان',
  weather: 'vädret, väder, vejret, vejr, været, vær, sää, säätä, počasí, počasie, időjárás, idő lesz, vremea, vreme, καιρός, καιρό, погода, погоду, времето, vrijeme, temps a, temps fa, cuaca, อากาศ, מזג האוויר, آب و هوا, hava, weer, meteo, temperatur, lämpötila, teplota, hőmérséklet, regn, sataa, déšť, eső, ploaie, βροχή, дощ, дъжд, kiša, dež, pluja, hujan, prší, θερμοκρασία, temperatura, ilm, sniega, laikapstākļi',
  news: 'nyheter, nyheder, uutiset, zprávy, správy, hírek, știri, ειδήσεις, νέα, новини, vijesti, novice, notícies, berita, ข่าว, חדשות, اخبار, خبر',
  recency: 'idag, i dag, i morgen, imorgon, tänään, huomenna, nyt, dnes, zítra, zajtra, teraz, holnap, azi, mâine, acum, σήμερα, αύριο, τώρα, сьогодні, завтра, зараз, днес, утре, сега, danas, sutra, sada, jutri, zdaj, avui, demà, hari ini, besok, sekarang, วันนี้, พรุ่งนี้, היום, מחר, امروز, فردا',
  'what-is': 'vad är, hvad er, hva er, mikä on, co je, čo je, mi a, mi az, ce este, τι είναι, що таке, какво е, što je, kaj je, què és, apa itu, อะไร, מה זה, چیست, hvordan er, hur är, millainen, jaké, aké, milyen, cum e, яка, какво, kakvo, kakšno, quin, bagaimana, jak je',
  write: 'skriv, kirjoita, napiš, napíš, írj, scrie, γράψε, напиши, napiši, escriu, tulis, tuliskan, เขียน, כתוב, بنویس',
  translate: 'översätt, oversæt, oversett, käännä, přelož, prelož, fordítsd, traduce, μετάφρασε, переклади, преведи, prevedi, tradueix, terjemahkan, แปล, תרגם, ترجمه کن',
  explain: 'förklara, forklar, selitä, vysvětli, vysvetli, magyarázd, explică, εξήγησε, поясни, обясни, objasni, razloži, explica, jelaskan, อธิบาย, הסבר, توضیح بده',
  summarise: 'sammanfatta, opsummer, oppsummer, tiivistä, shrň, zhrň, foglald össze, rezumă, περίληψη, підсумуй, обобщи, sažmi, povzemi, resumeix, ringkas, สรุป, סכם, خلاصه کن',
  remove: 'ta bort, fjern, poista, odstraň, távolítsd el, elimină, αφαίρεσε, прибери, видали, премахни, ukloni, odstrani, elimina, hapus, hilangkan, ลบ, הסר, حذف کن',
  background: 'bakgrunden, baggrunden, bakgrunnen, tausta, pozadí, pozadie, háttér, fundal, φόντο, фон, pozadina, ozadje, fons, latar belakang, พื้นหลัง, רקע, پس زمینه',
  function: 'funktio, funktiota, funkci, funkciu, függvény, függvényt, funcție, συνάρτηση, функцію, функция, funkciju, funkcijo, funció, fungsi, ฟังก์ชัน, פונקציה, تابع, επιστρέφει, επιστρέψτε, adja vissza, palauttaa, vrátí, mengembalikan, returnerar, returnerer',
  'data-structure': 'λίστα, συμβολοσειρά, ακεραίων, πίνακα, listát, karakterlánc, egész számok, lista, merkkijono, řetězec, daftar, bilangan bulat, heltal, sträng, streng',
  please: 'snälla, vær så snill, ole hyvä, prosím, kérlek, te rog, παρακαλώ, будь ласка, моля, molim, prosim, si us plau, tolong, โปรด, ช่วย, בבקשה, لطفا',
  'how-many': 'hur många, hvor mange, kuinka monta, kolik, koľko, hány, câți, πόσα, скільки, колко, koliko, quants, berapa, เท่าไร, כמה, چند',
  price: 'pris, hinta, cena, ár, ára, preț, τιμή, ціна, цена, cijena, preu, harga, ราคา, מחיר, قیمت',
  search: 'sök, søg, søk, hae netistä, vyhledej, vyhľadaj, keress, caută, ψάξε, αναζήτησε, знайди, потърси, potraži, poišči, cerca, cari, carikan, ค้นหา, חפש, جستجو کن',
  poem: 'dikt, digt, runo, báseň, vers, poezie, ποίημα, вірш, стихотворение, pjesmu o, poema, puisi, บทกวี, שיר על, شعر',
  story: 'berättelse, historie, tarina, příběh, príbeh, történet, poveste, ιστορία, оповідання, история, priča, zgodba, història, cerita, เรื่อง, סיפור, داستان',
};
