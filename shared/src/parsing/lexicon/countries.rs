//! Countries and larger cities, by their names in eight languages, as ISO 3166-1 codes.

use std::sync::LazyLock;

use super::phrases::{Found, PhraseTable, fold, words};

/// ISO 3166-1 alpha-2 code, English name, other names.
const COUNTRIES: &[(&str, &str, &str)] = &[
    (
        "GB",
        "United Kingdom",
        "United Kingdom|UK|GB|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|Vereinigtes Königreich|Großbritannien|Royaume-Uni|Angleterre|Reino Unido|Inglaterra|Regno Unito|Inghilterra|Verenigd Koninkrijk|Engeland|Marea Britanie|Anglia",
    ),
    (
        "US",
        "United States",
        "United States|USA|US|U.S.|U.S.A.|United States of America|Vereinigte Staaten|États-Unis|Estados Unidos|Stati Uniti|EE.UU.|Verenigde Staten|Statele Unite",
    ),
    ("DE", "Germany", "Germany|Deutschland|Allemagne|Alemania|Germania|Alemanha|Duitsland"),
    ("AT", "Austria", "Austria|Österreich|Autriche|Áustria|Oostenrijk"),
    ("CH", "Switzerland", "Switzerland|Schweiz|Suisse|Suiza|Svizzera|Suíça|Zwitserland|Elveția"),
    ("FR", "France", "France|Frankreich|Francia|França|Frankrijk|Franța"),
    ("BE", "Belgium", "Belgium|Belgien|Belgique|Bélgica|Belgio|België|Belgia"),
    (
        "NL",
        "Netherlands",
        "Netherlands|The Netherlands|Holland|Niederlande|Pays-Bas|Países Bajos|Holanda|Paesi Bassi|Olanda|Nederland",
    ),
    ("LU", "Luxembourg", "Luxembourg|Luxemburg|Luxemburgo|Lussemburgo"),
    ("ES", "Spain", "Spain|Spanien|Espagne|España|Spagna|Espanha|Spanje|Spania"),
    ("PT", "Portugal", "Portugal|Portogallo|Portugalia"),
    ("IT", "Italy", "Italy|Italien|Italie|Italia|Itália|Italië"),
    ("RO", "Romania", "Romania|Rumänien|Roumanie|Rumanía|Rumania|România|Romênia|Roemenië"),
    ("PL", "Poland", "Poland|Polen|Pologne|Polonia|Polônia|Polska"),
    (
        "CZ",
        "Czech Republic",
        "Czech Republic|Czechia|Tschechien|République tchèque|República Checa|Repubblica Ceca|Tsjechië|Cehia|Česko",
    ),
    ("SK", "Slovakia", "Slovakia|Slowakei|Slovaquie|Eslovaquia|Slovacchia"),
    ("HU", "Hungary", "Hungary|Ungarn|Hongrie|Hungría|Ungheria|Hongarije|Ungaria|Magyarország"),
    ("BG", "Bulgaria", "Bulgaria|Bulgarien|Bulgarie"),
    ("GR", "Greece", "Greece|Griechenland|Grèce|Grecia|Grécia|Griekenland"),
    ("IE", "Ireland", "Ireland|Republic of Ireland|Irland|Irlande|Irlanda|Ierland"),
    ("DK", "Denmark", "Denmark|Dänemark|Danemark|Dinamarca|Danimarca|Denemarken|Danmark"),
    ("SE", "Sweden", "Sweden|Schweden|Suède|Suecia|Svezia|Suécia|Zweden|Suedia|Sverige"),
    ("NO", "Norway", "Norway|Norwegen|Norvège|Noruega|Norvegia|Noorwegen|Norge"),
    ("FI", "Finland", "Finland|Finnland|Finlande|Finlandia|Suomi"),
    ("IS", "Iceland", "Iceland|Island|Islande|Islandia"),
    ("EE", "Estonia", "Estonia|Estland|Estonie"),
    ("LV", "Latvia", "Latvia|Lettland|Lettonie|Letonia"),
    ("LT", "Lithuania", "Lithuania|Litauen|Lituanie|Lituania"),
    ("HR", "Croatia", "Croatia|Kroatien|Croatie|Croacia|Croazia"),
    ("SI", "Slovenia", "Slovenia|Slowenien|Slovénie|Eslovenia"),
    ("RS", "Serbia", "Serbia|Serbien|Serbie"),
    ("UA", "Ukraine", "Ukraine|Ucrania|Ucraina"),
    ("RU", "Russia", "Russia|Russland|Russie|Rusia"),
    ("TR", "Turkey", "Turkey|Türkei|Turquie|Turquía|Turchia|Türkiye"),
    ("IL", "Israel", "Israel|Israël"),
    (
        "AE",
        "United Arab Emirates",
        "United Arab Emirates|UAE|Emirates|Vereinigte Arabische Emirate|Émirats arabes unis",
    ),
    ("SA", "Saudi Arabia", "Saudi Arabia|Saudi-Arabien|Arabie saoudite"),
    ("QA", "Qatar", "Qatar|Katar"),
    ("EG", "Egypt", "Egypt|Ägypten|Égypte|Egipto|Egitto|Egipt"),
    ("MA", "Morocco", "Morocco|Marokko|Maroc|Marruecos|Marocco"),
    ("TN", "Tunisia", "Tunisia|Tunesien|Tunisie"),
    ("DZ", "Algeria", "Algeria|Algerien|Algérie"),
    ("ZA", "South Africa", "South Africa|Südafrika|Afrique du Sud|Sudáfrica"),
    ("NG", "Nigeria", "Nigeria|Nigéria"),
    ("KE", "Kenya", "Kenya|Kenia"),
    ("GH", "Ghana", "Ghana"),
    ("IN", "India", "India|Indien|Inde|Índia"),
    ("PK", "Pakistan", "Pakistan"),
    ("BD", "Bangladesh", "Bangladesh"),
    ("LK", "Sri Lanka", "Sri Lanka"),
    ("NP", "Nepal", "Nepal"),
    ("CN", "China", "China|Chine|Cina"),
    ("HK", "Hong Kong", "Hong Kong"),
    ("TW", "Taiwan", "Taiwan"),
    ("JP", "Japan", "Japan|Japon|Japón|Giappone|Japão"),
    ("KR", "South Korea", "South Korea|Korea|Südkorea|Corée du Sud|Corea del Sur"),
    ("SG", "Singapore", "Singapore|Singapur|Singapour"),
    ("MY", "Malaysia", "Malaysia|Malaisie|Malasia"),
    ("ID", "Indonesia", "Indonesia|Indonesien|Indonésie"),
    ("PH", "Philippines", "Philippines|Philippinen|Filipinas"),
    ("VN", "Vietnam", "Vietnam"),
    ("TH", "Thailand", "Thailand|Thaïlande|Tailandia"),
    ("AU", "Australia", "Australia|Australien|Australie"),
    ("NZ", "New Zealand", "New Zealand|Neuseeland|Nouvelle-Zélande|Nueva Zelanda"),
    ("CA", "Canada", "Canada|Kanada|Canadá"),
    ("MX", "Mexico", "Mexico|Mexiko|Mexique|México|Messico"),
    ("BR", "Brazil", "Brazil|Brasilien|Brésil|Brasil|Brasile|Brazilië"),
    ("AR", "Argentina", "Argentina|Argentinien|Argentine"),
    ("CL", "Chile", "Chile|Chili"),
    ("CO", "Colombia", "Colombia|Kolumbien|Colombie"),
    ("PE", "Peru", "Peru|Perú"),
    ("VE", "Venezuela", "Venezuela"),
];

/// Country, then its cities: English name, `=`, other names parted by `/`.
const CITIES: &[(&str, &str)] = &[
    (
        "GB",
        "London=Londres/Londra/Londen,Manchester,Birmingham,Leeds,Liverpool,Bristol,Sheffield,Edinburgh,Glasgow,Cardiff,Belfast,Nottingham,Leicester,Newcastle,Southampton,Portsmouth,Brighton,Oxford,Cambridge,Reading,Coventry,Aberdeen,Norwich,Milton Keynes,Plymouth,Exeter,Swansea,Derby,Bradford,Hull,Stoke-on-Trent,Wolverhampton,Bournemouth,Luton,Northampton,Peterborough,Ipswich,Gloucester,Bath,York",
    ),
    (
        "US",
        "New York=NYC,Los Angeles,Chicago,Houston,Phoenix,Philadelphia,San Antonio,San Diego,Dallas,San Jose,Austin,Jacksonville,Columbus,Charlotte,San Francisco,Indianapolis,Seattle,Denver,Washington DC=Washington,Boston,Nashville,Detroit,Portland,Las Vegas,Memphis,Baltimore,Milwaukee,Albuquerque,Tucson,Sacramento,Kansas City,Atlanta,Miami,Oakland,Minneapolis,Tampa,New Orleans,Cleveland,Pittsburgh,Cincinnati,St. Louis,Orlando,Raleigh,Salt Lake City,Palo Alto,Mountain View",
    ),
    (
        "DE",
        "Berlin,Hamburg,Munich=München,Cologne=Köln,Frankfurt=Frankfurt am Main,Stuttgart,Düsseldorf,Leipzig,Dortmund,Essen,Bremen,Dresden,Hanover=Hannover,Nuremberg=Nürnberg,Duisburg,Bochum,Wuppertal,Bielefeld,Bonn,Münster,Karlsruhe,Mannheim,Augsburg,Wiesbaden,Mainz,Kiel,Lübeck,Freiburg,Aachen,Heidelberg,Potsdam,Regensburg,Ulm,Würzburg,Kassel,Rostock,Erfurt,Saarbrücken",
    ),
    ("AT", "Vienna=Wien/Vienne/Viena,Graz,Linz,Salzburg,Innsbruck,Klagenfurt"),
    (
        "CH",
        "Zurich=Zürich,Geneva=Genf/Genève/Ginebra,Basel=Bâle,Bern=Berne,Lausanne,Lucerne=Luzern,St. Gallen,Lugano,Winterthur,Zug",
    ),
    (
        "FR",
        "Paris,Lyon,Marseille,Toulouse,Nice,Nantes,Montpellier,Strasbourg,Bordeaux,Lille,Rennes,Reims,Le Havre,Saint-Étienne,Toulon,Grenoble,Dijon,Angers,Nîmes,Villeurbanne,Clermont-Ferrand,Aix-en-Provence,Brest,Tours,Limoges,Amiens,Metz,Besançon,Orléans,Rouen,Mulhouse,Caen,Nancy,Annecy,La Rochelle",
    ),
    (
        "BE",
        "Brussels=Bruxelles/Brüssel/Brussel/Bruselas,Antwerp=Antwerpen/Anvers,Ghent=Gent/Gand,Liège,Bruges=Brugge,Leuven,Namur,Charleroi",
    ),
    (
        "NL",
        "Amsterdam,Rotterdam,The Hague=Den Haag,Utrecht,Eindhoven,Groningen,Tilburg,Almere,Breda,Nijmegen,Arnhem,Haarlem,Maastricht,Leiden,Delft",
    ),
    ("LU", "Luxembourg City=Luxemburg Stadt"),
    (
        "ES",
        "Madrid,Barcelona,Valencia,Seville=Sevilla,Zaragoza,Málaga,Murcia,Palma,Bilbao,Alicante,Córdoba,Valladolid,Vigo,Gijón,Granada,A Coruña=La Coruña,Vitoria,Oviedo,Pamplona,San Sebastián,Santander,Salamanca,Tarragona,Cádiz",
    ),
    ("PT", "Lisbon=Lisboa/Lissabon/Lisbonne,Porto=Oporto,Braga,Coimbra,Aveiro,Setúbal,Faro,Funchal"),
    (
        "IT",
        "Rome=Roma/Rom,Milan=Milano/Mailand,Naples=Napoli/Neapel,Turin=Torino,Palermo,Genoa=Genova,Bologna,Florence=Firenze/Florenz,Bari,Catania,Venice=Venezia,Verona,Padua=Padova,Trieste,Brescia,Parma,Modena,Bergamo",
    ),
    (
        "RO",
        "Bucharest=București/Bukarest/Bucarest,Cluj-Napoca=Cluj,Timișoara,Iași,Constanța,Craiova,Brașov,Galați,Ploiești,Oradea,Sibiu,Bacău,Arad,Pitești",
    ),
    (
        "PL",
        "Warsaw=Warszawa/Warschau/Varsovie,Kraków=Cracow/Krakau,Wrocław,Poznań,Gdańsk,Łódź,Katowice,Lublin,Szczecin",
    ),
    ("CZ", "Prague=Praha/Prag,Brno,Ostrava"),
    ("SK", "Bratislava,Košice"),
    ("HU", "Budapest,Debrecen,Szeged,Pécs"),
    ("BG", "Sofia,Plovdiv,Varna"),
    ("GR", "Athens=Athen/Athènes/Atenas,Thessaloniki"),
    ("IE", "Dublin,Cork,Galway,Limerick"),
    ("DK", "Copenhagen=København/Kopenhagen/Copenhague,Aarhus,Odense,Aalborg,Esbjerg"),
    (
        "SE",
        "Stockholm,Gothenburg=Göteborg,Malmö,Uppsala,Mölndal,Linköping,Västerås,Örebro,Umeå,Lund,Norrköping,Jönköping,Karlstad",
    ),
    ("NO", "Oslo,Bergen,Trondheim,Stavanger,Tromsø,Kristiansand,Drammen"),
    ("FI", "Helsinki,Espoo,Tampere,Turku,Oulu,Vantaa,Jyväskylä"),
    ("IS", "Reykjavik"),
    ("EE", "Tallinn,Tartu"),
    ("LV", "Riga"),
    ("LT", "Vilnius,Kaunas"),
    ("HR", "Zagreb,Split"),
    ("SI", "Ljubljana"),
    ("RS", "Belgrade=Beograd,Novi Sad"),
    ("UA", "Kyiv=Kiev,Lviv,Kharkiv,Odesa,Dnipro"),
    ("RU", "Moscow=Moskau,Saint Petersburg,Novosibirsk,Yekaterinburg,Kazan"),
    ("TR", "Istanbul,Ankara,Izmir,Antalya,Bursa,Adana"),
    ("IL", "Tel Aviv,Jerusalem,Haifa,Herzliya,Ramat Gan,Beersheba"),
    ("AE", "Dubai,Abu Dhabi,Sharjah,Ajman,Al Ain"),
    ("SA", "Riyadh,Jeddah,Dammam,Mecca,Medina"),
    ("QA", "Doha"),
    ("EG", "Cairo=Kairo/Le Caire,Alexandria,Giza"),
    ("MA", "Casablanca,Rabat,Marrakesh"),
    ("TN", "Tunis"),
    ("DZ", "Algiers"),
    ("ZA", "Johannesburg,Cape Town,Durban,Pretoria,Port Elizabeth,Bloemfontein,Stellenbosch"),
    ("NG", "Lagos,Abuja,Ibadan,Kano,Port Harcourt,Enugu"),
    ("KE", "Nairobi,Mombasa,Kisumu"),
    ("GH", "Accra"),
    (
        "IN",
        "Mumbai=Bombay,Delhi=New Delhi,Bangalore=Bengaluru,Hyderabad,Chennai,Kolkata,Pune,Ahmedabad,Gurgaon=Gurugram,Noida,Jaipur,Kochi,Indore,Nagpur,Lucknow,Surat,Vadodara,Coimbatore,Bhubaneswar,Chandigarh,Mysore=Mysuru,Trivandrum=Thiruvananthapuram,Visakhapatnam",
    ),
    ("PK", "Karachi,Lahore,Islamabad,Rawalpindi,Faisalabad,Peshawar"),
    ("BD", "Dhaka"),
    ("LK", "Colombo"),
    ("NP", "Kathmandu"),
    (
        "CN",
        "Beijing,Shanghai,Shenzhen,Guangzhou,Hangzhou,Chengdu,Nanjing,Wuhan,Suzhou,Tianjin,Xiamen,Chongqing",
    ),
    ("TW", "Taipei"),
    ("JP", "Tokyo,Osaka,Kyoto,Yokohama,Nagoya,Sapporo,Fukuoka,Kobe,Sendai,Hiroshima"),
    ("KR", "Seoul,Busan,Incheon,Daejeon,Daegu,Gwangju,Pangyo,Seongnam,Suwon"),
    ("MY", "Kuala Lumpur,Penang,Johor Bahru,Petaling Jaya"),
    ("ID", "Jakarta,Bandung,Surabaya,Yogyakarta"),
    ("PH", "Manila,Cebu,Quezon City,Makati,Davao,Taguig"),
    ("VN", "Hanoi,Ho Chi Minh City,Da Nang,Hai Phong,Can Tho"),
    ("TH", "Bangkok"),
    ("AU", "Sydney,Melbourne,Brisbane,Perth,Adelaide,Canberra"),
    ("NZ", "Auckland,Wellington,Christchurch"),
    (
        "CA",
        "Toronto,Montreal=Montréal,Vancouver,Calgary,Ottawa,Edmonton,Winnipeg,Quebec City=Québec,Mississauga,Waterloo,Saskatoon,Regina,Kelowna,Laval",
    ),
    (
        "MX",
        "Mexico City=Ciudad de México,Guadalajara,Monterrey,Puebla,Querétaro,Tijuana,Toluca,Mérida,Cancún",
    ),
    (
        "BR",
        "São Paulo,Rio de Janeiro,Brasília,Belo Horizonte,Curitiba,Porto Alegre,Salvador,Recife,Fortaleza,Campinas,Florianópolis,Goiânia,Manaus",
    ),
    ("AR", "Buenos Aires,Rosario,Mendoza,La Plata,Mar del Plata"),
    ("CL", "Santiago de Chile"),
    ("CO", "Bogotá,Medellín,Cali,Barranquilla,Bucaramanga,Cartagena"),
    ("PE", "Lima"),
    ("VE", "Caracas"),
];

/// Country, then regions that are written in place of it.
const REGIONS: &[(&str, &str)] = &[
    (
        "GB",
        "Surrey|Kent|Essex|Hampshire|Hertfordshire|Lancashire|Yorkshire|Berkshire|Buckinghamshire|Staffordshire|Cheshire|Devon|Dorset|Sussex|West Midlands",
    ),
    (
        "US",
        "California|Texas|Florida|New Jersey|Massachusetts|Illinois|Pennsylvania|Virginia|Colorado|Arizona|Ohio|Michigan",
    ),
    ("DE", "Bayern|Hessen|Sachsen"),
    ("CA", "Ontario|British Columbia|Alberta"),
];

/// The abbreviations of the states of the USA, which stand after a city and a comma.
const US_STATES: &str = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND \
    OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC";

/// A place: a city, a country, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The city's English name (`Munich` for "München") where it is one of the table's, else as written before the first comma.
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country_code: Option<&'static str>,
}

struct City {
    name: &'static str,
    country_code: &'static str,
}

static COUNTRY_NAMES: LazyLock<PhraseTable<&'static str>> = LazyLock::new(|| {
    let lines: Vec<(&str, &'static str)> =
        COUNTRIES.iter().map(|line| (line.2, line.0)).chain(REGIONS.iter().map(|r| (r.1, r.0))).collect();
    PhraseTable::new(&lines)
});
static CITY_LIST: LazyLock<Vec<City>> = LazyLock::new(|| {
    let each = CITIES.iter().flat_map(|(country_code, names)| {
        names.split(',').map(|names| City { name: names.split('=').next().unwrap_or(names), country_code })
    });
    each.collect()
});
static CITY_NAMES: LazyLock<PhraseTable<usize>> = LazyLock::new(|| {
    let names =
        CITIES.iter().flat_map(|(_, names)| names.split(',')).map(|names| names.replace(['=', '/'], "|"));
    let names: Vec<String> = names.collect();
    let lines: Vec<(&str, usize)> =
        names.iter().enumerate().map(|(index, names)| (names.as_str(), index)).collect();
    PhraseTable::new(&lines)
});

/// The place that a location such as "Munich, Germany", "Leeds" or "Austin, TX 78701" names. Meant for fields for places
/// and lines of addresses, not for prose.
pub fn place(location: &str) -> Place {
    let location_words = words(location);
    let cities = CITY_NAMES.find(&location_words);
    let country = COUNTRY_NAMES.find(&location_words).last().map(|found| found.value);
    let state = us_state(location);
    let city = cities
        .iter()
        .map(|found| &CITY_LIST[found.value])
        .find(|city| country.or(state).is_none_or(|code| code == city.country_code));
    Place {
        city: city.map(|city| city.name.to_owned()).or_else(|| unknown_city(location)),
        country_code: country.or(state).or(city.map(|city| city.country_code)),
    }
}

fn us_state(location: &str) -> Option<&'static str> {
    let after_comma = location.split(',').skip(1);
    let mut firsts = after_comma.filter_map(|piece| piece.split_whitespace().next());
    firsts.any(|word| US_STATES.split_whitespace().any(|state| state == word)).then_some("US")
}

/// A city that the table does not have: what stands before the first comma, without digits, if it is no country.
fn unknown_city(location: &str) -> Option<String> {
    let first = location.split([',', '(', '/', '|', ';']).next()?.trim();
    let name = first.trim_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || c == '-');
    let is_name = (2..=40).contains(&name.chars().count())
        && name.chars().all(|c| c.is_alphabetic() || " .'-’".contains(c))
        && COUNTRY_NAMES.find(&words(name)).is_empty()
        && ![
            "remote",
            "hybrid",
            "onsite",
            "home office",
            "homeoffice",
            "nationwide",
            "anywhere",
            "worldwide",
            "europe",
        ]
        .contains(&fold(name).as_str());
    is_name.then(|| name.to_owned())
}

/// The countries that a text names, in order, with their places.
pub fn find_countries(text: &str) -> Vec<Found<&'static str>> {
    COUNTRY_NAMES.find(&words(text))
}

/// The cities of the table that a text names, in order: English name, country and place.
pub fn find_cities(text: &str) -> Vec<(&'static str, &'static str, usize, usize)> {
    let found = CITY_NAMES.find(&words(text));
    found.iter().map(|f| (CITY_LIST[f.value].name, CITY_LIST[f.value].country_code, f.start, f.end)).collect()
}

/// The English name of a country.
pub fn country_name(country_code: &str) -> Option<&'static str> {
    COUNTRIES.iter().find(|line| line.0 == country_code).map(|line| line.1)
}

/// Whether two names are of one city, whatever language they are written in.
pub fn is_same_city(one: &str, other: &str) -> bool {
    fn of(name: &str) -> Option<usize> {
        CITY_NAMES.find(&words(name)).first().map(|found| found.value)
    }
    fold(one.trim()) == fold(other.trim()) || matches!((of(one), of(other)), (Some(a), Some(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_whichever_language_they_are_written_in() {
        for (location, city, country_code) in [
            ("München, Deutschland", Some("Munich"), Some("DE")),
            ("Munich", Some("Munich"), Some("DE")),
            ("Austin, TX 78701", Some("Austin"), Some("US")),
            ("Jamul, CA", Some("Jamul"), Some("US")),
            ("Genève, Suisse", Some("Geneva"), Some("CH")),
            ("España", None, Some("ES")),
            ("Remote", None, None),
            ("London, Ontario, Canada", Some("London"), Some("CA")),
            ("București, România", Some("Bucharest"), Some("RO")),
        ] {
            let read = place(location);
            assert_eq!((read.city.as_deref(), read.country_code), (city, country_code), "{location}");
        }
    }

    #[test]
    fn a_city_has_one_identity_in_every_language() {
        assert!(is_same_city("Köln", "Cologne"));
        assert!(is_same_city("leeds", "Leeds"));
        assert!(!is_same_city("Leeds", "London"));
    }
}
