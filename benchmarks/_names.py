"""Names, places and number ranges of several languages, from which the generator makes people and companies.

A pair is (as written, in Latin letters); a single word is both. Numbers are of valid ranges; with North American ones
the exchange 555 shows at a glance that they are made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

Pair = tuple[str, str]


def _same(words: str) -> tuple[Pair, ...]:
    return tuple((word, word) for word in words.split())


def _pairs(words: str) -> tuple[Pair, ...]:
    return tuple((native, latin) for native, latin in (pair.split("=") for pair in words.split()))


@dataclass(frozen=True)
class Culture:
    """One language area: how its people are called, where they live and how their numbers look.

    ``mobile`` and ``landline`` are (prefix in E.164, count of digits that follow); ``weight`` is the share in percent.
    ``stems`` and ``endings`` make further family names. ``family_first`` is the order of names as written.
    """

    language: str
    weight: int
    given: tuple[Pair, ...]
    family: tuple[Pair, ...]
    cities: tuple[str, ...]
    mobile: tuple[tuple[str, int], ...]
    landline: tuple[tuple[str, int], ...]
    companies: tuple[str, ...]
    stems: tuple[Pair, ...] = ()
    endings: tuple[Pair, ...] = ()
    family_first: bool = False

    @cached_property
    def families(self) -> tuple[Pair, ...]:
        """Every family name: the listed ones and those that stems and endings make."""
        made = ((a + c, b + d) for a, b in self.stems for c, d in self.endings)
        return (*self.family, *made)


_AREAS = tuple(
    code
    for code, _ in _same(
        "201 202 203 205 206 207 208 210 212 213 214 215 216 217 240 248 281 301 302 303 304 305 307 309 "
        "310 312 313 314 315 401 402 404 405 407 410 412 415 503 504 505 512 515 602 603 605 607 612 614 "
        "615 617 701 702 703 704 707 713 714 801 802 803 804 808 812 813 816 901 904 916 919"
    )
)

ENGLISH = Culture(
    "English",
    44,
    _same(
        "Oliver Margaret George Amelia Harry Isla Noah Olivia Jack Emily Leo Ava Arthur Ella Muhammad Priya "
        "Oscar Grace Charlie Sophie Daniel Lucy Thomas Freya James Alice William Ruby Henry Florence Ethan "
        "Chloe Samuel Hannah Joseph Eleanor Benjamin Charlotte Adam Rosie Alexander Jessica Lucas Matilda "
        "Edward Evelyn Toby Harriet Isaac Imogen Jake Zara Finley Martha Max Molly Logan Poppy Dylan Daisy "
        "Reuben Aisha Tobias Beatrice Callum Siobhan Rhys Niamh Gareth Bronwen Angus Catriona Hamish Fiona "
        "Nigel Patricia Keith Maureen Trevor Janet Derek Pauline"
    ),
    _same(
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker "
        "White Roberts Green Hall Thomas Clarke Jackson Wood Harris Edwards Turner Martin Cooper Hill Ward "
        "Hughes Moore Clark King Harrison Lewis Baker Lee Allen Morris Khan Scott Watson Davis Parker James "
        "Bennett Young Phillips Richardson Mitchell Bailey Carter Cook Singh Shaw Bell Collins Morgan Kelly "
        "Begum Miller Cox Hussain Marshall O'Brien O'Connor Macdonald McKenzie"
    ),
    ("London", "Leeds", "Bristol", "Glasgow", "Cardiff", "Belfast", "York", "Hull", "Norwich", "Exeter", "Bradford"),
    (("+4474", 8), ("+4475", 8), ("+4478", 8), ("+4479", 8)),
    (("+44207", 7), ("+44208", 7), ("+44141", 7), ("+44161", 7)),
    ("Ltd", "plc", "LLP", "& Sons Ltd"),
    stems=_same(
        "Ash Beck Birch Black Brad Brom Burn Cald Carl Chad Clif Cran Dal Den East Elling Fair Farn Green "
        "Hals Hart Hazel Holm Hather Kirk Lang Lind Mar Mel Mill Nor Oak Pem Rad Red Rother Sel Sher South "
        "Stan Stoke Strat Thorn Wal Wake West Whit Win Worth"
    ),
    endings=_same("ford ley ton ham worth wood well by field stead bourne cote den dale combe more"),
)

AMERICAN = Culture(
    "English",
    14,
    _same(
        "Michael Jennifer Christopher Linda David Barbara Robert Susan Joshua Ashley Tyler Brittany Jose "
        "Maria Carlos Luis Jasmine DeShawn Kayla Brandon Madison Austin Taylor Jordan Mei Wei Anjali Hiroshi "
        "Nguyen Linh"
    ),
    _same(
        "Garcia Rodriguez Martinez Hernandez Lopez Gonzalez Perez Sanchez Ramirez Torres Nguyen Kim Chen Wang "
        "Washington Jefferson Lincoln Freeman Coleman Brooks Bryant Griffin Hayes Sullivan Wallace Woods Cole "
        "West Jordan Owens Reynolds Fisher Ellis Harrison Gibson Mcdonald Cruz Marshall Ortiz Gomez Murray "
        "Freeman Wells Webb Simpson"
    ),
    ("Chicago", "Houston", "Miami", "Boston", "Denver", "Seattle", "Atlanta", "Phoenix"),
    tuple((f"+1{area}555", 4) for area in _AREAS),
    tuple((f"+1{area}555", 4) for area in (212, 312, 415, 512, 617, 713, 202, 305)),
    ("Inc.", "LLC", "Corp."),
    stems=_same(
        "Anders Bern Carl Dal Eriks Frank Gold Harald Jacob Karl Lars Niels Olaf Peters Rosen Silver Stein Wein"
    ),
    endings=_same("son berg man stein feld thal baum quist"),
)

GERMAN = Culture(
    "German",
    10,
    _same(
        "Lukas Anna Leon Lena Finn Marie Jonas Sophie Maximilian Emma Felix Mia Paul Hannah Jürgen Renate "
        "Günther Käthe Björn Jörg Ursula Heinz Sabine Uwe Monika Dieter Petra Bernd Ute Müslüm Ayşe Mehmet "
        "Elif"
    ),
    _same(
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer "
        "Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Krause "
        "Lehmann Köhler Maier Weiß Yılmaz"
    ),
    ("Berlin", "Hamburg", "München", "Köln", "Frankfurt", "Stuttgart", "Zürich", "Wien"),
    (("+49151", 8), ("+49160", 7), ("+49170", 7), ("+49171", 7), ("+49176", 8)),
    (("+4930", 8), ("+4940", 8), ("+4989", 8), ("+49221", 7)),
    ("GmbH", "AG", "KG", "e.V."),
    stems=_same("Acker Berg Brunn Eichen Falken Feld Hohen König Linden Neu Ober Rosen Schön Stein Wald Weiden"),
    endings=_same("mann bauer hofer meier bach thaler huber müller"),
)

POLISH = Culture(
    "Polish",
    6,
    _same(
        "Tomasz Agnieszka Łukasz Małgorzata Paweł Katarzyna Michał Joanna Krzysztof Żaneta Grzegorz Święta Jarosław Ewa"
    ),
    _same("Nowak Wójcik Kowalczyk Mazur Krawczyk Dudek Wieczorek Król Wróbel Pawlak Żak Gąsior Szczęsny Łuczak"),
    ("Warszawa", "Kraków", "Łódź", "Wrocław", "Gdańsk"),
    (("+4850", 7), ("+4860", 7), ("+4869", 7), ("+4878", 7)),
    (("+4822", 7), ("+4812", 7)),
    ("Sp. z o.o.", "S.A."),
    stems=_same(
        "Wiśni Kowal Zieliń Lewand Dąbr Kozł Jankow Wojciechow Kwiatk Kaczmar Grab Nowick Majew Olszew Jaworsk"
    ),
    endings=_same("owski ewski iński ecki"),
)

SPANISH = Culture(
    "Spanish",
    8,
    _same(
        "Lucía Hugo Martina Mateo Sofía Iñigo Begoña José María Íñaki Ramón Núria Joaquín Concepción Ángel Estíbaliz"
    ),
    _same(
        "García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Muñoz Ibáñez Núñez"
    ),
    ("Madrid", "Barcelona", "Sevilla", "Valencia", "Bilbao"),
    (("+3460", 7), ("+3461", 7), ("+3465", 7), ("+3466", 7)),
    (("+3491", 7), ("+3493", 7)),
    ("S.L.", "S.A."),
    stems=_same("Etxe Zabal Iri Mendi Ola Uri Arana Goiko Larra Agirre"),
    endings=_same("berria goitia garai barri zaga ondo"),
)

UKRAINIAN = Culture(
    "Ukrainian",
    5,
    _pairs(
        "Олександр=Oleksandr Марія=Mariia Андрій=Andrii Оксана=Oksana Юрій=Yurii Їванна=Yivanna "
        "Ґеорґій=Georgii Іван=Ivan Наталія=Nataliia Сергій=Serhii Олена=Olena Тарас=Taras Ольга=Olha "
        "Володимир=Volodymyr Світлана=Svitlana"
    ),
    _pairs("Мельник=Melnyk Коваль=Koval Бондар=Bondar Ткачук=Tkachuk Кравець=Kravets Мороз=Moroz Поліщук=Polishchuk"),
    ("Kyiv", "Lviv", "Odesa", "Kharkiv"),
    (("+38050", 7), ("+38067", 7), ("+38093", 7)),
    (("+38044", 7), ("+38032", 7)),
    ("ТОВ",),
    stems=_pairs(
        "Шевч=Shevch Петр=Petr Іван=Ivan Савч=Savch Романч=Romanch Левч=Levch Клим=Klym Марч=March Гнат=Hnat "
        "Данил=Danyl"
    ),
    endings=_pairs("енко=enko ук=uk ишин=yshyn ів=iv юк=iuk"),
)

GREEK = Culture(
    "Greek",
    2,
    _pairs("Γιώργος=Giorgos Μαρία=Maria Δημήτρης=Dimitris Ελένη=Eleni Κώστας=Kostas Κατερίνα=Katerina Νίκος=Nikos"),
    _pairs("Νικολάου=Nikolaou Βασιλείου=Vasileiou Γεωργίου=Georgiou Ιωάννου=Ioannou"),
    ("Athens", "Thessaloniki", "Patras"),
    (("+30694", 7), ("+30697", 7)),
    (("+30210", 7),),
    ("Α.Ε.",),
    stems=_pairs("Παπ=Pap Δημητρ=Dimitr Κων=Kon Αντων=Anton Μακρ=Makr Καρ=Kar"),
    endings=_pairs("όπουλος=opoulos ίδης=idis άκης=akis ιάδης=iadis"),
)

ARABIC = Culture(
    "Arabic",
    4,
    _pairs(
        "عمر=Omar فاطمة=Fatima محمد=Mohammed ليلى=Layla خالد=Khalid مريم=Maryam يوسف=Yusuf نور=Nour "
        "حسن=Hassan زينب=Zaynab"
    ),
    _pairs(
        "الحداد=al-Haddad النجار=al-Najjar الخطيب=al-Khatib المصري=al-Masri الشامي=al-Shami "
        "البغدادي=al-Baghdadi العطار=al-Attar السيد=al-Sayyid منصور=Mansour إبراهيم=Ibrahim صالح=Saleh "
        "حمدان=Hamdan"
    ),
    ("Cairo", "Dubai", "Amman", "Bradford"),
    (("+2010", 8), ("+2011", 8), ("+2012", 8), ("+96650", 7), ("+97150", 7)),
    (("+202", 8),),
    ("ش.م.م",),
)

JAPANESE = Culture(
    "Japanese",
    3,
    _pairs(
        "英雄=Hideo 美咲=Misaki 太郎=Taro 花子=Hanako 健一=Kenichi 陽子=Yoko 翔太=Shota 結衣=Yui 大輔=Daisuke 恵=Megumi"
    ),
    _pairs(
        "田中=Tanaka 佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 渡辺=Watanabe 伊藤=Ito 山本=Yamamoto 中村=Nakamura "
        "小林=Kobayashi 加藤=Kato 吉田=Yoshida 山田=Yamada 佐々木=Sasaki 山口=Yamaguchi 松本=Matsumoto "
        "井上=Inoue"
    ),
    ("Tokyo", "Osaka", "Kyoto", "York"),
    (("+8180", 8),),
    (("+816", 8),),
    ("株式会社",),
    family_first=True,
)

CHINESE = Culture(
    "Chinese",
    2,
    _pairs(
        "伟=Wei 芳=Fang 娜=Na 敏=Min 静=Jing 丽=Li 强=Qiang 磊=Lei 洋=Yang 艳=Yan 勇=Yong 军=Jun 杰=Jie "
        "娟=Juan 涛=Tao 明=Ming"
    ),
    _pairs(
        "王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 杨=Yang 黄=Huang 赵=Zhao 吴=Wu 周=Zhou 徐=Xu 孙=Sun 马=Ma "
        "朱=Zhu 欧阳=Ouyang"
    ),
    ("Beijing", "Shanghai", "Guangzhou"),
    (("+86138", 8), ("+86139", 8), ("+86150", 8)),
    (("+8610", 8),),
    ("有限公司",),
    family_first=True,
)

HINDI = Culture(
    "Hindi",
    2,
    _pairs("आरव=Aarav प्रिया=Priya राहुल=Rahul अंजलि=Anjali विक्रम=Vikram सुनीता=Sunita अमित=Amit कविता=Kavita"),
    _pairs("शर्मा=Sharma वर्मा=Verma गुप्ता=Gupta सिंह=Singh यादव=Yadav मिश्रा=Mishra पटेल=Patel जोशी=Joshi"),
    ("Delhi", "Mumbai", "Leicester"),
    (("+9198", 8), ("+9199", 8)),
    (("+91112", 7), ("+91222", 7)),
    ("Pvt Ltd",),
)

CULTURES = (
    ENGLISH, AMERICAN, GERMAN, POLISH, SPANISH, UKRAINIAN, GREEK, ARABIC, JAPANESE, CHINESE, HINDI,
)  # fmt: skip

TRADES = (
    "Heating",
    "Plumbing",
    "Bakery",
    "Logistics",
    "Dental",
    "Properties",
    "Motors",
    "Foods",
    "Roofing",
    "Design",
    "Care",
    "Energy",
    "Optics",
    "Travel",
    "Security",
    "Printing",
    "Gardens",
    "Software",
    "Consulting",
    "Textiles",
)
DEPARTMENTS = ("accounts", "reception", "service desk", "facilities", "purchasing", "night desk")
SUMMARIES = ("Policyholder", "Policyholder", "Policyholder", "Account holder", "Tenant", "Former policyholder")
PRODUCTS = ("HomeCover", "HomeCover Plus", "Boiler service", "Travel Basic", "Travel Plus", "Motor Third Party", "")
TIERS = ("", "", "", "", "", "Priority", "Gold")
CARE = ("Oxygen at home", "Hard of hearing", "Sight loss, large print", "Carer speaks for them", "Dialysis")
PREFERENCES = ("By phone, mornings", "Letters in large print", "Speak slowly", "E-mail only", "No calls after 18:00")
