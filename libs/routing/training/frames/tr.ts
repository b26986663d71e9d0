import type { LanguageFrames } from './frames.js';

export const tr: LanguageFrames = {
  lang: 'tr',
  contents: {
    scene: ['ayda bir kedi', 'gün batımında bir plaj', 'parkta oynayan çocuklar', 'camdan bir ejderha', 'geleceğin şehri', 'yeni ürünümüz'],
    sound: ['neşeli bir vals', 'ders çalışmak için sakin piyano', '80ler rock', 'hüzünlü bir balad', 'rahatlatıcı lo-fi'],
    say: ['Mağazamıza hoş geldiniz.', 'Tren dokuzda kalkıyor.', 'Bir zamanlar küçük bir köy vardı.', 'Aradığınız için teşekkürler.'],
    topic: ['fotoğrafçılık', 'Osmanlı tarihi', 'iklim değişikliği', 'uzaktan çalışma', 'kara delikler', 'video oyunları', 'müzik endüstrisi'],
    query: ['başbakan', 'yeni iPhone', 'Türk Hava Yolları', 'Galatasaray', 'seçimler', 'grev', 'Bitcoin'],
    code: ['listeyi ters çeviren', 'csv dosyası okuyan', 'sayının asal olup olmadığını kontrol eden', 'isimleri sıralayan'],
    thing: ['ağacı', 'soldaki kişiyi', 'arabayı', 'yazıyı', 'filigranı', 'şapka', 'köpek'],
  },
  image: ['Ultra gerçekçi sinematik fotoğraf, {scene}, yumuşak ışık, bulanık arka plan, dikey kompozisyon', '{scene}, yakın çekim, pastel tonlar, stüdyo ışığı, çok detaylı', '{scene} çiz', '{scene} resmi oluştur', '{scene} fotoğrafı istiyorum', '{scene} illüstrasyonu yap', 'fırın için logo tasarla', '{scene} afişi hazırla', '{scene}, suluboya, çok detaylı', 'bana {scene} resmi çizer misin', '{scene} için bir görsel lazım'],
  imageEdit: ['yüklenen fotoğrafı referans al, yüzü koru: {scene}', 'bu fotoğraftan {thing} kaldır', 'resmin arka planını sil', 'fotoğrafta {thing} mavi yap, rengini değiştir', 'bu resme {thing} ekle', 'bu fotoğrafı siyah beyaz yap', 'bu eski fotoğrafın kalitesini artır', 'fotoğrafımı çizgi filme dönüştür', '{thing} yerine bisiklet koy'],
  imageCombine: ['bu iki fotoğrafı birleştir', 'foto1.jpg ve foto2.jpg dosyalarını birleştir', 'bu resimlerden kolaj yap'],
  video: ['{scene} videosu yap', '{scene} animasyonu oluştur', '10 saniyelik bir klip istiyorum: {scene}', 'ağır çekim video: {scene}', '{topic} hakkında tanıtım videosu üret', '{scene} ile kısa film hazırla'],
  videoEdit: ['videonun ilk 5 saniyesini kes', 'videoya altyazı ekle', 'bu videoyu sabitle', 'clip.mp4 hızlandır', 'videodan {thing} kaldır'],
  videoCombine: ['bu klipleri tek videoda birleştir', 'intro.mp4 ve son.mp4 birleştir', 'bu müziği videoya ekle'],
  music: ['{sound} bestele', '{topic} hakkında şarkı yap', 'bir parça üret: {sound}', '{sound} istiyorum', 'fon müziği, {sound}', 'pizzacımız için jingle', 'film müziği oluştur, {sound}'],
  musicEdit: ['bu şarkıyı yavaşlat', 'sarki.mp3 dosyasından vokali kaldır'],
  speech: ['sesli oku: {say}', 'bu metni konuşmaya dönüştür: {say}', 'sakin bir sesle söyle: {say}', 'seslendir: {say}', 'bu kaydı yazıya dök', 'bir kadın sesi şunu söylesin: {say}', 'röportaj.mp3 dosyasını yazıya dök', 'yüksek sesle oku: {say}'],
  speechEdit: ['bu kayıttaki gürültüyü temizle', 'bu kayıttaki sesi değiştir'],
  code: ['{code} bir fonksiyon yaz', '{code} python betiği', 'en iyi 10 müşteri için sql sorgusu', 'java da döngü nasıl yapılır', '{code} bir program oluştur', 'telefon numaraları için düzenli ifade', 'formlu html sayfası', 'bu kodu açıkla: print(1)'],
  codeEdit: ['bu kodu düzelt: print("selam"', 'bu koddaki hatayı bul', 'bu kodu javascripte çevir'],
  web_search: ['{query} hakkında son haberler', 'yarın İzmirde hava nasıl', '{query} bugün ne kadar', 'dünkü maçı kim kazandı', 'internette {query} ara', 'yakınımdaki restoranlar', 'dolar kuru şimdi', 'Tokyoda saat kaç', 'Galatasaray ne zaman oynuyor', 'bugün yağmur yağacak mı', 'bugün {query} ile ilgili ne oldu', 'Romaya ucuz uçuşlar', 'müze bugün açık mı'],
  text: ['ses sentezi nasıl çalışır açıkla', 'animasyon filmi nasıl yapılır?', 'doktor olarak hareket etmeni istiyorum. Durumumu anlatacağım, sen tavsiye vereceksin. Açıklama yazma.', 'terapist olarak hareket etmeni istiyorum. Durumumu anlatacağım, sen tavsiye vereceksin. Açıklama yazma.', 'müzisyen olarak hareket etmeni istiyorum. Durumumu anlatacağım, sen tavsiye vereceksin. Açıklama yazma.', '{topic} hakkında bir yazı yaz', '{topic} nedir açıkla', 'bu metni özetle: {say}', 'İngilizceye çevir: {say}', '{scene} hakkında şiir yaz', '{topic} nedir?', '{topic} için ipuçları ver', '{scene} görseli için prompt yaz', '{topic} hakkında şarkı sözü yaz', 'patronuma e-posta', 'Perunun başkenti neresi', 'bir fıkra anlat', 'merhaba, nasılsın?', 'jpg ve png arasındaki fark', 'Mona Lisayı kim yaptı', 'tarih öğretmeni gibi davranmanı istiyorum', 'fotoğrafta kaç kişi var?', 'bu resmi betimle ve anlat', 'dil bilgisini düzelt: {say}', 'mercimek çorbası tarifi', '{scene} hakkında hikaye', '12 kere 8 kaç eder'],
};
