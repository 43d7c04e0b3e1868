import Foundation
import StorylineModels
import StorylineSeeds
import Testing

/// What `suggest` finds in texts as they are written, in Ukrainian above all.
@Suite struct SuggestTests {
  private static let actors = """
    - id: ukraine
      type: country
      name: Ukraine
      nativeName: Україна
    - id: poland
      type: country
      name: Poland
      nativeName: Польща
    - id: kyiv
      type: organisation
      name: Kyiv
      nativeName: Київ
    - id: nato
      type: organisation
      name: NATO
      aliases: [НАТО, Альянс]
    - id: rada
      type: government-body
      name: Verkhovna Rada
      nativeName: Верховна Рада
    - id: koval
      type: person
      name: Olha Kovalenko
      nativeName: Ольга Коваленко
    - id: sybiha
      type: person
      name: Andrii Sybiha
      nativeName: Андрій Сибіга
    - id: shmyhal
      type: person
      name: Denys Shmyhal
      nativeName: Денис Шмигаль
    - id: jensen
      type: person
      name: Mette Jensen
    - id: jensen-two
      type: person
      name: Lars Jensen
    """

  private func suggestions(_ text: String, published: String = "2024-12-04T12:00:00Z") throws -> Suggestions {
    let folder = try Workplace([
      "story.yaml": "id: story\ntitle: Story\n", "actors.yaml": Self.actors,
      "articles/a.md": "---\nheadline: Заголовок\npublishedAt: \"\(published)\"\n---\n\n\(text)\n",
    ])
    return try #require(Suggestions(file: folder.path + "/articles/a.md", story: folder.story()))
  }

  @Test(arguments: [
    ("Міністри зустрілися з Андрієм Сибігою у Києві.", ["sybiha", "kyiv"]),
    ("Про це Сибізі нагадали в Польщі.", ["sybiha", "poland"]),
    ("За словами Шмигаля, рішення Верховної Ради чекають у НАТО.", ["shmyhal", "rada", "nato"]),
    ("Коли Ольгу Коваленко запитали про Україну, вона усміхнулася.", ["koval", "ukraine"]),
    ("Польщею й Україною проїхав потяг з Києва.", ["poland", "ukraine", "kyiv"]),
    ("Країни Альянсу не сперечалися.", ["nato"]),
    ("На раді директорів не було нікого.", []),
    ("Mr Sybiha met Poland’s minister; Kovalenko was there.", ["sybiha", "poland", "koval"]),
    ("Jensen did not come.", []),
  ])
  func `actors are found in their cases, and people by their surname alone`(text: String, actors: [String]) throws {
    #expect(try suggestions(text).actors == actors, "\(text)")
  }

  @Test(arguments: [
    ("«Ми не просимо нічого зайвого», — сказала Ольга Коваленко журналістам.", "Ми не просимо нічого зайвого", "koval"),
    ("Сибіга наголосив: «Це питання не можна відкладати далі».", "Це питання не можна відкладати далі", "sybiha"),
    ("„Потяг прийде вчасно, обіцяю вам“, — заявив Шмигаль.", "Потяг прийде вчасно, обіцяю вам", "shmyhal"),
    ("„Мости стоятимуть ще сто років”, — запевнила Коваленко.", "Мости стоятимуть ще сто років", "koval"),
    ("“The bridge will stand for years,” Kovalenko said.", "The bridge will stand for years,", "koval"),
  ])
  func `quotations have their words and their speaker`(text: String, words: String, speaker: String) throws {
    let found = try suggestions(text)
    let entry = try #require(found.entries.first { $0.kind == .quote }, "\(text)")
    #expect(entry.text.contains(words) && entry.text.contains("speaker: \(speaker)"), "\(entry.text)")
    #expect(entry.text.contains("exact: ") && !entry.isOpen)
  }

  @Test func `a pronoun stands for who was named last, and words without a verb are no quotation`() throws {
    let text = """
      Слово взяв Андрій Сибіга.

      «Нам потрібна чітка відповідь уже зараз», — додав він.

      Корабель «Надія на добру погоду завтра» стояв у порту.
      """
    let quotes = try suggestions(text).entries.filter { $0.kind == .quote }
    #expect(quotes.count == 1 && quotes.first?.text.contains("speaker: sybiha") == true, "\(quotes)")
  }

  @Test(arguments: [
    // 4 December 2024 is a Wednesday.
    ("Зустріч відбулася у вівторок.", "2024-12-03  “вівторок”"),
    ("До п’ятниці все було готово.", "2024-11-29  “п’ятниці”"),
    ("Наступного понеділка приїдуть гості.", "2024-12-09  “понеділка”"),
    ("Учора падав сніг.", "2024-12-03  “Учора”"),
    ("Позавчора теж.", "2024-12-02  “Позавчора”"),
    ("Заявку подали 30 вересня 2022 року.", "2022-09-30  “30 вересня 2022”"),
    ("Рада зібралася 12 січня.", "2025-01-12  “12 січня”"),
    ("Переговори почалися 28 грудня.", "2024-12-28  “28 грудня”"),
    ("It was agreed on 3 October.", "2024-10-03  “3 October”"),
  ])
  func `days become absolute from the day of publication`(text: String, day: String) throws {
    let dates = try suggestions(text).dates
    #expect(dates.contains(day), "\(dates)")
  }

  @Test(arguments: [
    ("Польща дасть 40 мільярдів євро.", "40000000000", "EUR", "40 мільярдів євро"),
    ("Уряд виділив 2,5 млрд фунтів.", "2500000000", "GBP", "2,5 млрд фунтів"),
    ("Це близько 1,2 мільярда доларів.", "1200000000", "USD", "1,2 мільярда доларів"),
    ("Місто витратило 750 тисяч гривень.", "750000", "UAH", "750 тисяч гривень"),
    ("Пакет на $725 млн оголосили вчора.", "725000000", "USD", "$725 млн"),
    ("Разом 12 500 000 грн.", "12500000", "UAH", "12 500 000 грн"),
    ("Sweden gives 75 billion kronor.", "75000000000", "SEK", "75 billion kronor"),
  ])
  func `sums have digits and a currency`(text: String, amount: String, currency: String, words: String) throws {
    let entry = try #require(try suggestions(text).entries.first { $0.kind == .commitment }, "\(text)")
    #expect(entry.text.contains("amount: \"\(amount)\""), "\(entry.text)")
    #expect(entry.text.contains("currency: \(currency)") && entry.text.contains(words), "\(entry.text)")
  }

  @Test(arguments: ["У місті 40 мільйонів людей.", "Потяг проїхав 12 000 кілометрів.", "Їх було 30 у 1998 році."])
  func `numbers that are no money are left alone`(text: String) throws {
    #expect(try suggestions(text).entries.isEmpty, "\(text)")
  }
}
