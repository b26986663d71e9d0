import type { LanguageFrames } from './frames.js';

export const vi: LanguageFrames = {
  lang: 'vi',
  contents: {
    scene: ['con mèo trên mặt trăng', 'bãi biển lúc hoàng hôn', 'trẻ em chơi trong công viên', 'con rồng bằng thủy tinh', 'thành phố tương lai', 'sản phẩm mới của chúng tôi'],
    sound: ['điệu valse vui tươi', 'piano nhẹ nhàng để học', 'rock thập niên 80', 'bản ballad buồn', 'lo-fi thư giãn'],
    say: ['Chào mừng đến với cửa hàng.', 'Tàu khởi hành lúc chín giờ.', 'Ngày xửa ngày xưa có một ngôi làng nhỏ.', 'Cảm ơn bạn đã gọi.'],
    topic: ['nhiếp ảnh', 'lịch sử Việt Nam', 'biến đổi khí hậu', 'làm việc từ xa', 'hố đen', 'trò chơi điện tử', 'ngành âm nhạc'],
    query: ['thủ tướng', 'iPhone mới', 'Vingroup', 'đội tuyển Việt Nam', 'bầu cử', 'đình công', 'Bitcoin'],
    code: ['đảo ngược danh sách', 'đọc tệp csv', 'kiểm tra số nguyên tố', 'sắp xếp tên'],
    thing: ['cái cây', 'người bên trái', 'chiếc xe', 'chữ', 'hình mờ', 'cái mũ', 'con chó'],
  },
  image: ['Ảnh điện ảnh siêu thực {scene}, ánh sáng dịu, hậu cảnh mờ, bố cục dọc, độ nét cao', '{scene} cận cảnh, tông màu pastel, ánh sáng studio, rất chi tiết', 'vẽ {scene}', 'tạo hình ảnh {scene}', 'tôi muốn một bức ảnh {scene}', 'tạo tranh minh họa {scene}', 'thiết kế logo cho tiệm bánh', 'áp phích {scene}', '{scene}, màu nước, rất chi tiết', 'vẽ cho tôi {scene}', 'tôi cần một bức tranh {scene}', '{scene}, cận cảnh, ánh sáng tự nhiên, chi tiết, 8k'],
  imageEdit: ['dùng ảnh tham chiếu đã tải lên, giữ nguyên khuôn mặt: {scene}', 'xóa {thing} khỏi ảnh này', 'tách nền bức ảnh', 'đổi màu {thing} sang xanh trong ảnh', 'thêm {thing} vào ảnh này', 'làm ảnh này thành đen trắng', 'làm nét bức ảnh cũ này', 'biến ảnh của tôi thành hoạt hình', 'thay {thing} bằng xe đạp', 'cho chiếc xe thành màu đen', 'đội mũ cho con chó', 'cho cô ấy cười lên', 'bầu trời nên màu hồng', 'bỏ người bên trái đi', 'xóa vết bẩn', 'làm sáng lên', 'biến ảnh của tôi thành tranh', 'thêm râu cho anh ấy'],
  imageCombine: ['ghép hai bức ảnh này thành một', 'kết hợp photo1.jpg và photo2.jpg', 'tạo ảnh ghép từ các ảnh này', 'cho hai chúng tôi vào cùng một ảnh', 'dán các ảnh thành một'],
  video: ['làm video {scene}', 'tạo hoạt hình {scene}', 'tôi muốn một clip 10 giây: {scene}', 'video quay chậm {scene}', 'tạo video quảng cáo về {topic}', 'làm bức ảnh này chuyển động'],
  videoEdit: ['cắt 5 giây đầu của video', 'thêm phụ đề vào video', 'chống rung cho video này', 'tăng tốc clip.mp4', 'xóa {thing} khỏi video', 'làm video chậm lại', 'bỏ tiếng của video'],
  videoCombine: ['ghép các clip này thành một video', 'nối intro.mp4 và end.mp4', 'thêm bài hát này vào video'],
  music: ['sáng tác {sound}', 'làm một bài hát về {topic}', 'tạo bản nhạc: {sound}', 'tôi muốn {sound}', 'nhạc nền, {sound}', 'nhạc quảng cáo cho tiệm pizza', 'tạo nhạc phim {sound}'],
  musicEdit: ['làm chậm bài hát này', 'bỏ giọng hát khỏi song.mp3'],
  speech: ['đọc to: {say}', 'chuyển văn bản này thành giọng nói: {say}', 'nói với giọng nhẹ nhàng: {say}', 'thuyết minh: {say}', 'chép lời bản ghi âm này', 'tôi cần giọng nữ nói: {say}', 'gỡ băng interview.mp3', 'đọc thành tiếng: {say}', 'chuyển tin nhắn thoại này thành chữ', 'viết ra người ta nói gì trong bản ghi', 'nói bằng giọng trẻ con: {say}'],
  speechEdit: ['khử nhiễu bản ghi âm này', 'đổi giọng trong bản ghi này'],
  code: ['viết hàm {code}', 'viết script python {code}', 'câu lệnh sql lấy 10 khách hàng hàng đầu', 'cách viết vòng lặp trong java', 'tạo chương trình {code}', 'biểu thức chính quy cho số điện thoại', 'trang html có biểu mẫu', 'giải thích đoạn code: print(1)', 'sao vòng lặp của tôi không dừng', 'đọc file trong java thế nào', 'không biên dịch được, lỗi dòng 3', 'làm trang html có form'],
  codeEdit: ['sửa đoạn code này: print("hi"', 'tìm lỗi trong đoạn mã này', 'chuyển đoạn code này sang javascript'],
  web_search: ['tin tức mới nhất về {query}', 'thời tiết Hà Nội ngày mai', 'giá {query} hôm nay', 'ai thắng trận đấu hôm qua', 'tìm trên mạng {query}', 'nhà hàng gần tôi', 'tỷ giá đô la bây giờ', 'bây giờ là mấy giờ ở Tokyo', 'khi nào đội tuyển Việt Nam đá', 'hôm nay có mưa không', 'hôm nay {query} có chuyện gì', 'vé máy bay rẻ đi Rome', 'bảo tàng hôm nay có mở không', 'ngày mai có lạnh không', 'đường có tắc không', '{query} hôm nay bao nhiêu', '{query} thắng không', 'tin tức hôm nay'],
  text: ['giải thích cách hoạt động của tổng hợp giọng nói', 'phim hoạt hình được làm như thế nào?', 'Tôi muốn bạn đóng vai bác sĩ. Tôi sẽ mô tả tình huống và bạn đưa ra lời khuyên.', 'Tôi muốn bạn đóng vai nhà tư vấn. Tôi sẽ mô tả tình huống và bạn đưa ra lời khuyên.', 'Tôi muốn bạn đóng vai nhạc sĩ. Tôi sẽ mô tả tình huống và bạn đưa ra lời khuyên.', 'viết một bài về {topic}', 'giải thích {topic}', 'tóm tắt đoạn này: {say}', 'dịch sang tiếng Anh: {say}', 'viết bài thơ về {scene}', '{topic} là gì?', 'cho tôi lời khuyên về {topic}', 'viết prompt tạo ảnh {scene}', 'viết lời bài hát về {topic}', 'email cho sếp', 'thủ đô của Peru là gì', 'kể chuyện cười', 'xin chào, bạn khỏe không', 'sự khác biệt giữa jpg và png', 'ai vẽ Mona Lisa', 'tôi muốn bạn đóng vai giáo viên lịch sử', 'có bao nhiêu người trong ảnh?', 'mô tả bức ảnh này', 'sửa ngữ pháp: {say}', 'công thức nấu phở', 'câu chuyện về {scene}', '12 nhân 8 bằng bao nhiêu', 'chào', 'xin chào', 'cảm ơn', 'hôm nay tôi buồn', 'hôm nay là một ngày khó khăn', 'nấu gì với trứng', 'ai viết {thing}', 'tại sao biển mặn', 'giả vờ bạn là vua', '20% của 50 là bao nhiêu', 'lời chúc cho em trai', 'sửa câu này: {say}'],
};
