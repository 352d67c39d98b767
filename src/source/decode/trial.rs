//! How often the encoding of a text is told rightly: texts in many languages,
//! written in each encoding that has their letters, cut to many lengths.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GBK, IBM866, ISO_8859_2, ISO_8859_7, ISO_8859_15, KOI8_R,
    MACINTOSH, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254,
    WINDOWS_1257,
};

use super::codec::{Codec, dos};
use super::guess::guess;

/// A text of our own in each language.
const TEXTS: [(&str, &str); 18] = [
    (
        "English",
        "The club paid a fee of £5m – twice what it had said. “We didn’t expect it,” the manager told reporters at a café near the ground, adding that fans’ anger was “understandable”. A ticket now costs £38, or €45 for visitors. The board’s decision, which was taken on Monday, followed months of talks with the city; its chairman said that nobody had been asked to leave and that the team’s debts – some £120m – would be paid by 2015. The players’ union called the sale ‘a betrayal’ and said it would go to court. Señor Ibáñez, who owns a third of the shares, did not answer.",
    ),
    (
        "English, marks alone",
        "It’s the third time this year that the river has burst its banks, and the farmers who live beside it don’t expect it to be the last. “We were told that the wall would hold,” said one of them – he did not want his name to be printed – as he looked over his fields. The council says that it hasn’t the money for a new one… In the village the school was closed, and the bridge won’t be open before the spring. “Nobody came,” he said. “They’d promised a pump.”",
    ),
    (
        "French",
        "Le ministre a annoncé mercredi que les négociations reprendraient après l’été, malgré l’opposition d’une partie de la majorité. « Nous avons déjà trop attendu », a-t-il déclaré à la presse réunie à Genève. Les élus régionaux, eux, craignent que les crédits promis ne soient réduits : près de 40 millions d’euros manquent déjà au budget des hôpitaux. Le maire de Besançon s’est dit « très inquiet ». Où trouver l’argent ? À Paris, on répète que la dette doit baisser et que chaque région devra faire des efforts. Les syndicats, reçus jeudi à l’Élysée, ont prévenu qu’ils appelleraient à la grève dès le début du mois.",
    ),
    (
        "German",
        "Die Bürgermeisterin erklärte am Dienstag, dass die Brücke über den Fluss frühestens im nächsten Jahr wieder geöffnet werde. Für die Händler in der Altstadt sei das „eine Katastrophe“, sagte ein Sprecher. Die Kosten, die zunächst auf fünf Millionen Euro geschätzt worden waren, könnten sich verdoppeln. Größere Schäden hätten die Prüfer erst später entdeckt – und zwar außerhalb des gesperrten Bereichs. Der Stadtrat will nun über zusätzliche Fähren beraten. Übergangsweise fahren Busse, die jedoch häufig überfüllt sind. Viele müssen täglich länger zur Arbeit fahren; die Schüler kommen später nach Hause.",
    ),
    (
        "Spanish",
        "El gobierno español anunció ayer que el año próximo subirá las pensiones más bajas. «No habrá recortes», señaló la ministra después de la reunión con los sindicatos. ¿Cómo se pagará la medida? Según fuentes del ministerio, con un impuesto a las compañías eléctricas que entraría en vigor en otoño. La oposición la calificó de «improvisación» y exigió una explicación pública. En Cataluña, Andalucía y Galicia las organizaciones de jubilados celebraron la decisión, aunque pidieron garantías. Ningún partido quiso decir qué votará cuando la ley llegue al Congreso. ¡Ya era hora!, dijo una mujer de 81 años en Logroño.",
    ),
    (
        "Portuguese",
        "O governo anunciou na terça-feira que não haverá aumento dos impostos até às eleições. A decisão, tomada após três reuniões, foi recebida com alívio pelos empresários de São Paulo, mas a oposição diz que a situação das contas públicas é muito pior do que se admite. Segundo o relatório, o défice já ultrapassou os seis por cento. “É uma ilusão”, afirmou o antigo ministro da Educação. Os funcionários dos hospitais mantêm a greve e exigem negociações; as últimas propostas não incluíam a correção salarial prometida há dois anos. Em Lisboa, milhares de pessoas saíram à rua.",
    ),
    (
        "Italian",
        "Il presidente ha detto che la città non è più in grado di pagare gli stipendi e che senza l’aiuto della regione i servizi saranno ridotti già da lunedì. «Così non si può andare avanti», ha aggiunto. L’opposizione chiede un’inchiesta sulle società partecipate, perché in quattro anni il debito è raddoppiato. La difficoltà maggiore riguarda i trasporti: metà degli autobus è ferma nei depositi. Il sindacato ha già proclamato uno sciopero per venerdì. A Forlì e a Cantù la situazione è simile, però lì i comuni hanno venduto gli immobili per coprire le perdite.",
    ),
    (
        "Swedish",
        "Regeringen meddelade på måndagen att järnvägen mellan Göteborg och Malmö ska byggas ut under de närmaste åren. Många som bor längs sträckan är oroliga för bullret, och flera kommuner har begärt att få se beräkningarna. ”Vi måste få veta vad det kostar”, säger en företrädare för de boende. Enligt förslaget ska två spår läggas i en tunnel, vilket gör bygget dyrare men förkortar restiden. Näringslivet välkomnar beslutet. Det återstår att se om riksdagen godkänner finansieringen före sommaren; oppositionen vill hellre lägga pengarna på vägar och på vården.",
    ),
    (
        "Danish",
        "Regeringen vil bygge en ny bro over bæltet, men beboerne på øen er ikke begejstrede. De frygter, at færgerne bliver nedlagt, før broen er færdig, og at priserne på huse går i vejret. Ministeren sagde på et møde, at planen først skal undersøges nærmere, og at ingen beslutning er truffet. Ifølge en måling går hver tredje dansker ind for forslaget. Fiskerne i området mener, at støjen fra arbejdet vil jage fiskene væk. De kræver erstatning i de år, hvor arbejdet står på, og har søgt om støtte hos både kommunen og staten. Sagen kan ende i retten.",
    ),
    (
        "Polish",
        "Premier zapowiedział w środę, że rząd przedstawi nową ustawę jeszcze przed końcem roku. Według niego zmiany są konieczne, ponieważ dotychczasowe przepisy „nie działają” i prowadzą do nadużyć. Opozycja twierdzi, że projekt został przygotowany zbyt szybko, a związki zawodowe żądają dłuższych konsultacji. W Łodzi i Gdańsku odbyły się protesty, w których wzięło udział kilka tysięcy osób. Policja nie zgłosiła żadnych incydentów. Prezydent nie powiedział, czy podpisze ustawę; jego rzecznik stwierdził tylko, że każdy głos zostanie wysłuchany. Źródła rządowe mówią o możliwym kompromisie.",
    ),
    (
        "Czech",
        "Vláda ve středu schválila návrh, podle kterého se příští rok zvýší důchody o několik set korun. Ministr financí řekl, že peníze v rozpočtu jsou, opozice však tvrdí, že účet zaplatí mladší generace. Odbory požadují, aby se přidalo také učitelům a zdravotním sestrám. „Nemůžeme čekat další rok,“ prohlásil jejich předseda. V Plzni a v Olomouci se na náměstích sešly stovky lidí. Podle průzkumu s návrhem souhlasí více než polovina dotázaných. Sněmovna ho má projednat na začátku června; senátoři už naznačili, že některé části změní.",
    ),
    (
        "Hungarian",
        "A kormány szerdán bejelentette, hogy jövőre emeli a nyugdíjakat, és több pénzt ad a kórházaknak. Az ellenzék szerint az ígéret nem több, mint kampányfogás, mert a költségvetésben nincs rá fedezet. A miniszter úgy fogalmazott, hogy a növekedés elegendő bevételt hoz majd. Győrben és Székesfehérváron több ezren tüntettek az egészségügy helyzete miatt. A szakszervezetek bővebb egyeztetést kérnek, és őszre sztrájkot terveznek. Az időseknek járó támogatás összege egyelőre nem ismert; a részletekről később döntenek. A felmérések szerint a választók fele bizonytalan.",
    ),
    (
        "Turkish",
        "Hükümet çarşamba günü yeni köprünün gelecek yıl açılacağını duyurdu. Bakan, inşaatın beklenenden pahalı olduğunu söyledi ama işçilerin ücretlerinin zamanında ödendiğini ekledi. Muhalefet ise ihalenin şeffaf olmadığını öne sürüyor ve soruşturma istiyor. İstanbul ile İzmit arasındaki yolculuk bir saatten kısa sürecek. Bölgede yaşayan çiftçiler, tarlalarının çok düşük fiyatla alındığını düşünüyor. Şirket bu iddiaları reddetti. Mahkeme kararını önümüzdeki ay verecek; o güne kadar çalışmalar gece gündüz sürecek ve köy yolları kapalı kalacak.",
    ),
    (
        "Lithuanian",
        "Vyriausybė trečiadienį pranešė, kad kitais metais bus didinamos pensijos ir mokytojų atlyginimai. Ministras sakė, jog tam reikės papildomų lėšų, bet biudžetas jų turi. Opozicija mano, kad pažadai duoti per anksti, nes ūkis auga lėčiau, negu tikėtasi. Šiauliuose ir Panevėžyje įvyko susirinkimai, kuriuose žmonės reikalavo mažesnių kainų už šildymą. Įmonės žada naujų darbo vietų, tačiau tik tuo atveju, jei mokesčiai nebus keičiami. Seimas projektą svarstys gegužės pradžioje. Dėl jo ginčijamasi jau dvejus metus.",
    ),
    (
        "Russian",
        "Правительство сообщило в среду, что новый мост через реку откроют в следующем году. Министр сказал журналистам, что работы идут по плану, хотя стоимость выросла почти вдвое. Жители соседних деревень жалуются на шум и пыль; некоторые из них уже обратились в суд. Губернатор обещал построить объездную дорогу, но когда это произойдёт, никто не знает. Эксперты считают, что движение по старому мосту нужно закрыть немедленно. Рабочие трудятся в две смены, и зимой стройка не остановится.",
    ),
    (
        "Greek",
        "Η κυβέρνηση ανακοίνωσε την Τετάρτη ότι η νέα γέφυρα θα ανοίξει τον επόμενο χρόνο. Ο υπουργός είπε στους δημοσιογράφους ότι τα έργα προχωρούν κανονικά, αν και το κόστος έχει σχεδόν διπλασιαστεί. Οι κάτοικοι των γύρω χωριών διαμαρτύρονται για τον θόρυβο και τη σκόνη. Ορισμένοι έχουν ήδη προσφύγει στη δικαιοσύνη. Η αντιπολίτευση ζητεί να δοθούν στη δημοσιότητα όλα τα στοιχεία της σύμβασης. Οι εργασίες θα συνεχιστούν και τον χειμώνα.",
    ),
    (
        "Japanese",
        "新しい橋、来年開通\n\n政府は水曜日、新しい橋を来年開通させると発表した。大臣は記者団に対し、工事は計画通りに進んでいるが、費用は当初のほぼ二倍になったと述べた。近くの村の住民は騒音とほこりに不満を訴えており、すでに裁判を起こした人もいる。知事は迂回路の建設を約束したが、いつ完成するかは分かっていない。専門家は古い橋の通行をすぐに止めるべきだと話している。",
    ),
    (
        "Chinese",
        "新大桥明年通车\n\n政府星期三宣布，新的大桥将于明年通车。部长对记者说，工程正在按计划进行，但费用几乎增加了一倍。附近村庄的居民抱怨噪音和灰尘，其中一些人已经向法院起诉。省长答应修建一条绕行道路，但是没有人知道什么时候能够完成。专家认为应当立即关闭旧桥。工人们分两班施工，冬天也不会停工。",
    ),
];

/// The encodings that a text is written in, with the name of each.
const CODECS: [(&str, Codec); 22] = [
    ("1252", Codec::Web(WINDOWS_1252)),
    ("1250", Codec::Web(WINDOWS_1250)),
    ("8859-2", Codec::Web(ISO_8859_2)),
    ("1254", Codec::Web(WINDOWS_1254)),
    ("1257", Codec::Web(WINDOWS_1257)),
    ("8859-15", Codec::Web(ISO_8859_15)),
    ("Mac", Codec::Web(MACINTOSH)),
    ("CP850", Codec::Dos),
    ("1251", Codec::Web(WINDOWS_1251)),
    ("KOI8-R", Codec::Web(KOI8_R)),
    ("CP866", Codec::Web(IBM866)),
    ("1253", Codec::Web(WINDOWS_1253)),
    ("8859-7", Codec::Web(ISO_8859_7)),
    ("SJIS", Codec::Web(SHIFT_JIS)),
    ("EUC-JP", Codec::Web(EUC_JP)),
    ("2022-JP", Codec::Web(encoding_rs::ISO_2022_JP)),
    ("GBK", Codec::Web(GBK)),
    ("Big5", Codec::Web(BIG5)),
    ("EUC-KR", Codec::Web(EUC_KR)),
    ("UTF-16", Codec::Web(encoding_rs::UTF_16LE)),
    ("UTF-32LE", Codec::Utf32Le),
    ("UTF-32BE", Codec::Utf32Be),
];

/// The lengths that each text is cut to, in characters.
const LENGTHS: [usize; 6] = [20, 40, 80, 160, 320, 640];

/// Whether anybody writes this language so.
fn is_usual(language: &str, name: &str) -> bool {
    let western = "1252 1254 8859-15 Mac CP850";
    let usual = match language {
        "Polish" | "Czech" | "Hungarian" => "1250 8859-2",
        "Turkish" => "1254",
        "Lithuanian" => "1257",
        "Russian" => "1251 KOI8-R CP866",
        "Greek" => "1253 8859-7",
        "Japanese" => "SJIS EUC-JP 2022-JP",
        "Chinese" => "GBK",
        _ => western,
    };
    name.starts_with("UTF") || usual.split(' ').any(|known| known == name)
}

/// The text with the marks of a typewriter, for encodings that have no others.
fn typed(text: &str) -> String {
    let mark = |c: char| match c {
        '–' | '—' => '-',
        '‘' | '’' => '\'',
        '“' | '”' | '„' => '"',
        '…' => '.',
        'œ' => 'o',
        c => c,
    };
    text.chars().map(mark).collect()
}

/// A text in an encoding; `None` where that lacks one of its characters.
fn written(text: &str, codec: Codec) -> Option<Vec<u8>> {
    match codec {
        Codec::Web(encoding) if encoding == encoding_rs::UTF_16LE => {
            Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect())
        }
        Codec::Web(encoding) => {
            let (bytes, _, has_lost) = encoding.encode(text);
            (!has_lost).then(|| bytes.into_owned())
        }
        Codec::Dos => {
            let byte = |c: char| (0..=u8::MAX).find(|byte| dos(*byte) == c);
            text.chars().map(byte).collect()
        }
        Codec::Utf32Le => Some(
            text.chars()
                .flat_map(|c| u32::from(c).to_le_bytes())
                .collect(),
        ),
        Codec::Utf32Be => Some(
            text.chars()
                .flat_map(|c| u32::from(c).to_be_bytes())
                .collect(),
        ),
    }
}

/// The pieces of a text that are `length` characters long and have one beyond
/// ASCII, from as many starts as there are words.
fn pieces(text: &str, length: usize) -> impl Iterator<Item = String> {
    let is_spaced = text.contains(' ');
    let chars: Vec<char> = text.chars().collect();
    let count = chars.len();
    let starts = (0..count).filter(move |at| *at == 0 || !is_spaced || chars[*at - 1] == ' ');
    let whole = text.to_owned();
    let starts: Vec<usize> = starts.collect();
    let pieces = starts.into_iter().filter_map(move |at| {
        let piece: String = whole.chars().skip(at).take(length).collect();
        let is_long = piece.chars().count() == length || at == 0;
        (is_long && !piece.is_ascii()).then_some(piece)
    });
    // Evenly spread, and not more than needed.
    pieces.step_by(5).take(40)
}

/// How pieces of one length were read.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    all: usize,
    right: usize,
    /// How many `chardetng` alone reads rightly.
    by_letters: usize,
    /// How many of the right ones, and of the wrong ones, are called a guess.
    unsure: [usize; 2],
}

impl Count {
    fn add(&mut self, other: Count) {
        self.all += other.all;
        self.right += other.right;
        self.by_letters += other.by_letters;
        self.unsure[0] += other.unsure[0];
        self.unsure[1] += other.unsure[1];
    }
}

/// How the pieces of a text are read, by length.
fn tried(text: &str, codec: Codec) -> [Count; LENGTHS.len()] {
    LENGTHS.map(|length| {
        let mut count = Count::default();
        for mut piece in pieces(text, length) {
            piece.push('\n');
            let Some(bytes) = written(&piece, codec) else {
                continue;
            };
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
            detector.feed(&bytes, true);
            let alone = detector.guess(None, Utf8Detection::Deny);
            let alone = alone.decode_without_bom_handling(&bytes).0 == piece;
            count.by_letters += usize::from(alone);
            let decoded = super::decode(bytes);
            let is_right = decoded.as_ref().is_ok_and(|decoded| decoded.text == piece);
            let is_unsure = decoded.is_ok_and(|decoded| decoded.unsure.is_some());
            count.all += 1;
            count.right += usize::from(is_right);
            count.unsure[usize::from(!is_right)] += usize::from(is_unsure);
        }
        count
    })
}

fn percent(of: usize, all: usize) -> String {
    match all {
        0 => "    –".to_owned(),
        all => format!("{:>5}", of * 100 / all),
    }
}

/// The table: a line for each language and encoding, the share read rightly for
/// each length; then what is called a guess.
fn table() -> String {
    let lengths = LENGTHS.map(|length| format!("{length:>5}")).concat();
    let mut lines = vec![format!("{:<31}{lengths}", "characters:")];
    let mut all = [Count::default(); LENGTHS.len()];
    for (language, text) in TEXTS {
        for (name, codec) in CODECS.iter().filter(|(name, _)| is_usual(language, name)) {
            let mut text = text.to_owned();
            if written(&text, *codec).is_none() {
                text = typed(&text);
            }
            if written(&text, *codec).is_none() {
                continue;
            }
            let counts = tried(&text, *codec);
            let shares = counts.map(|count| percent(count.right, count.all));
            lines.push(format!("{language:<22}{name:<9}{}", shares.concat()));
            for (all, count) in all.iter_mut().zip(counts) {
                all.add(count);
            }
        }
    }
    let line = |name: &str, share: fn(&Count) -> String| {
        format!("{name:<31}{}", all.each_ref().map(share).concat())
    };
    lines.push(line("all", |count| percent(count.right, count.all)));
    lines.push(line("all, by chardetng alone", |count| {
        percent(count.by_letters, count.all)
    }));
    lines.push(line("called a guess, of the right", |count| {
        percent(count.unsure[0], count.right)
    }));
    lines.push(line("called a guess, of the wrong", |count| {
        percent(count.unsure[1], count.all - count.right)
    }));
    lines.join("\n")
}

#[test]
fn encodings_are_told_by_few_bytes() {
    let table = table();
    if let Ok(path) = std::env::var("ENCODING_TABLE") {
        std::fs::write(path, &table).unwrap();
    }
    insta::assert_snapshot!(table);
}

/// One byte is enough where it stands as its character does.
#[test]
fn a_single_byte_is_read_by_where_it_stands() {
    let texts = [
        ("Club pays fee\n\nThe club paid a fee of £5m.", WINDOWS_1252),
        ("It cost £120, he said.", WINDOWS_1252),
        ("It cost €120, he said.", WINDOWS_1252),
        ("That isn’t what the minister said.", WINDOWS_1252),
        ("The talks – the third this year – were held.", WINDOWS_1252),
        ("“No,” she said to the press.", WINDOWS_1252),
        ("They met in a café in the city.", WINDOWS_1252),
        ("They met in a café in the city.", MACINTOSH),
        ("That isn’t what the minister said.", MACINTOSH),
        ("It was 30° in the shade on Monday.", WINDOWS_1252),
        ("© 2008 Reuters. All rights reserved.", WINDOWS_1252),
        ("He ate 1½ of them.", WINDOWS_1252),
        ("A naïve plan, said the émigré of the firm.", WINDOWS_1252),
        ("Émigrés left the country in the spring.", WINDOWS_1252),
        ("Angela Müller of the Greens said so.", WINDOWS_1252),
        ("The Øresund bridge is closed.", WINDOWS_1252),
        ("The fiancée of the man was told.", WINDOWS_1252),
        ("A jalapeño is hot, and so is the soup.", WINDOWS_1252),
        ("The court cited §5 of the act.", WINDOWS_1252),
        ("Microsoft® said on Friday that it would.", WINDOWS_1252),
        ("And then… nothing came of it.", WINDOWS_1252),
        ("The talks—held in private—went on.", WINDOWS_1252),
        ("The workers’ union said no.", WINDOWS_1252),
        ("The price was 99¢ in May.", WINDOWS_1252),
        ("São Paulo is the largest city.", WINDOWS_1252),
        ("£5 £6 £7 £8", WINDOWS_1252),
        ("20 °C, 25 °C, 30 °C", WINDOWS_1252),
        ("Goods of £3m and €4m, or ¥500m.", WINDOWS_1252),
        ("The club paid a fee of £5m.", MACINTOSH),
        ("The talks – the third this year – were held.", MACINTOSH),
        ("“No,” she said to the press.", MACINTOSH),
        ("Der Minister ist für die Reform.", WINDOWS_1252),
        ("Le ministre a été reçu par le roi.", WINDOWS_1252),
        ("Premier nie zgodził się na to.", WINDOWS_1250),
    ];
    let wrong = texts.into_iter().filter_map(|(text, codec)| {
        let (bytes, _, has_lost) = Encoding::encode(codec, text);
        assert!(!has_lost, "{text}");
        let found = guess(&bytes).codec.decode(&bytes);
        (found != text).then_some((found, codec.name()))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Text of other scripts that is mostly ASCII is not taken for Latin.
#[test]
fn names_in_other_scripts_stay_readable() {
    for (text, codec) in [
        ("The word is Здравствуйте, and it is long.", WINDOWS_1251),
        (
            "The company 東京電力株式会社 said on Monday that it would.",
            SHIFT_JIS,
        ),
        (
            "The company 中国石油化工集团公司 said on Monday that it would.",
            GBK,
        ),
        (
            "The company 한국전력공사 said on Monday that it would.",
            EUC_KR,
        ),
        (
            "The company 臺灣電力公司 said on Monday that it would.",
            BIG5,
        ),
    ] {
        let (bytes, _, has_lost) = Encoding::encode(codec, text);
        assert!(!has_lost, "{text}");
        let found = guess(&bytes).codec.decode(&bytes);
        assert_eq!(found, text, "{}", codec.name());
    }
}
