//! The words that made-up CVs and jobs are made of.

/// An occupation.
pub struct Occupation {
    /// Its title.
    pub title: &'static str,
    /// What one does in it.
    pub duty: &'static str,
    /// What one learned for it.
    pub degree: &'static str,
    /// What one uses in it.
    pub skills: &'static [&'static str],
}

macro_rules! occupations {
    ($($title:literal, $duty:literal, $degree:literal, [$($skill:literal),*];)*) => {
        /// Occupations from all walks of life.
        pub const OCCUPATIONS: &[Occupation] = &[
            $(Occupation { title: $title, duty: $duty, degree: $degree, skills: &[$($skill),*] }),*
        ];
    };
}

occupations! {
    "Registered Nurse", "Care for patients on a busy ward", "Bachelor of Nursing", ["patient care", "wound care", "medication administration", "venepuncture", "care planning", "infection control", "triage"];
    "Physiotherapist", "Treat patients after operations", "BSc Physiotherapy", ["manual therapy", "rehabilitation", "exercise therapy", "patient assessment", "treatment planning", "anatomy"];
    "Pharmacist", "Dispense medicines and advise patients", "Master of Pharmacy", ["dispensing", "pharmacology", "medication review", "stock management", "patient counselling", "compounding"];
    "Care Assistant", "Support residents in daily life", "NVQ Level 2 in Health and Social Care", ["personal care", "moving and handling", "dementia care", "first aid", "record keeping", "empathy"];
    "Paramedic", "Answer emergency calls", "Diploma in Paramedic Science", ["emergency care", "advanced life support", "triage", "driving", "patient assessment", "radio communication"];
    "Primary School Teacher", "Teach a class of 28 children", "Bachelor of Education", ["lesson planning", "classroom management", "phonics", "assessment", "safeguarding", "special educational needs"];
    "Mathematics Teacher", "Teach mathematics to pupils of 11 to 18", "MSc Mathematics", ["mathematics", "lesson planning", "classroom management", "statistics", "exam preparation", "tutoring"];
    "Social Worker", "Support families in need", "BA Social Work", ["case management", "safeguarding", "risk assessment", "counselling", "report writing", "child protection"];
    "Software Engineer", "Build and run services", "BSc Computer Science", ["Python", "Java", "PostgreSQL", "Docker", "Kubernetes", "REST", "Git", "Linux"];
    "Frontend Developer", "Build user interfaces", "BSc Computer Science", ["JavaScript", "TypeScript", "React", "CSS", "HTML", "accessibility", "Git", "Node.js"];
    "Data Scientist", "Build and explain models", "MSc Statistics", ["Python", "SQL", "machine learning", "pandas", "statistics", "scikit-learn", "data visualisation"];
    "Data Engineer", "Build data pipelines", "BSc Computer Science", ["Python", "SQL", "Apache Spark", "Apache Airflow", "Apache Kafka", "ETL", "data warehousing"];
    "DevOps Engineer", "Run the platform", "BSc Computer Science", ["Kubernetes", "Terraform", "AWS", "Docker", "Linux", "CI/CD", "Prometheus", "Ansible"];
    "IT Support Technician", "Help colleagues with their computers", "Diploma in IT", ["Windows", "Active Directory", "troubleshooting", "Microsoft Office", "networking", "customer service"];
    "Electrician", "Install and test wiring", "Apprenticeship as Electrician", ["electrical installation", "fault finding", "inspection and testing", "wiring", "health and safety", "PLC"];
    "Plumber", "Install and repair pipes and boilers", "Apprenticeship as Plumber", ["plumbing", "soldering", "pipe fitting", "boiler maintenance", "fault finding", "health and safety"];
    "Carpenter", "Build and fit woodwork", "Apprenticeship as Carpenter", ["carpentry", "joinery", "woodworking", "reading technical drawings", "hand tools", "roofing"];
    "Welder", "Weld steel structures", "Apprenticeship as Welder", ["welding", "metal fabrication", "reading technical drawings", "grinding", "health and safety", "quality control"];
    "Car Mechanic", "Service and repair cars", "Apprenticeship as Motor Mechanic", ["vehicle maintenance", "diagnostics", "brake repair", "engine repair", "customer service", "fault finding"];
    "Civil Engineer", "Plan and supervise roads and bridges", "MSc Civil Engineering", ["AutoCAD", "structural analysis", "project management", "Civil 3D", "surveying", "cost estimation"];
    "Mechanical Engineer", "Design machine parts", "BEng Mechanical Engineering", ["SolidWorks", "finite element analysis", "thermodynamics", "CAD", "prototyping", "manufacturing processes"];
    "Architect", "Design houses", "Master of Architecture", ["AutoCAD", "Revit", "building regulations", "3D modelling", "project management", "sketching"];
    "Accountant", "Close the books each month", "BA Accounting", ["bookkeeping", "financial reporting", "Excel", "tax returns", "SAP", "auditing", "accounts payable"];
    "Financial Analyst", "Model and forecast", "BSc Finance", ["financial modelling", "Excel", "forecasting", "budgeting", "SQL", "Power BI"];
    "Payroll Specialist", "Pay 800 people on time", "Diploma in Payroll Management", ["payroll", "Excel", "tax law", "SAP", "data entry", "confidentiality"];
    "Lawyer", "Advise companies", "Master of Laws", ["contract law", "legal research", "negotiation", "litigation", "legal writing", "due diligence"];
    "Human Resources Manager", "Lead the people team", "MA Human Resources", ["recruitment", "employee relations", "performance management", "labour law", "onboarding", "training"];
    "Office Administrator", "Keep the office running", "Business Diploma", ["Microsoft Office", "filing", "scheduling", "data entry", "telephone skills", "invoicing"];
    "Project Manager", "Lead projects to their end", "BSc Business Administration", ["project management", "risk management", "budgeting", "stakeholder management", "Scrum", "Microsoft Project"];
    "Sales Representative", "Win and keep customers", "Business Diploma", ["sales", "negotiation", "Salesforce", "cold calling", "customer relationship management", "presentation skills"];
    "Retail Sales Assistant", "Serve customers in the shop", "Secondary School Certificate", ["customer service", "cash handling", "merchandising", "stock management", "point of sale", "teamwork"];
    "Marketing Manager", "Plan campaigns", "BA Marketing", ["digital marketing", "SEO", "Google Analytics", "content marketing", "social media", "budgeting"];
    "Graphic Designer", "Design for print and screen", "BA Graphic Design", ["Adobe Photoshop", "Adobe Illustrator", "Adobe InDesign", "typography", "branding", "Figma"];
    "Customer Service Representative", "Answer customers by phone and e-mail", "Secondary School Certificate", ["customer service", "complaint handling", "Zendesk", "telephone skills", "data entry", "problem solving"];
    "Chef", "Cook for 120 guests a night", "Diploma in Culinary Arts", ["cooking", "menu planning", "food safety", "HACCP", "kitchen management", "pastry"];
    "Waiter", "Serve guests", "Secondary School Certificate", ["customer service", "table service", "cash handling", "wine knowledge", "teamwork", "food hygiene"];
    "Hotel Receptionist", "Welcome guests", "Diploma in Hospitality", ["customer service", "reservation systems", "cash handling", "English", "telephone skills", "complaint handling"];
    "Truck Driver", "Drive goods through the country", "Commercial Driving Licence", ["driving", "route planning", "vehicle inspection", "load securing", "tachograph", "logistics"];
    "Warehouse Operative", "Pick and pack", "Secondary School Certificate", ["order picking", "forklift driving", "stock management", "packing", "manual handling", "health and safety"];
    "Logistics Coordinator", "Plan transports", "Diploma in Logistics", ["logistics", "supply chain management", "SAP", "route planning", "Excel", "customs"];
    "Gardener", "Plan and care for gardens", "Apprenticeship as Gardener", ["horticulture", "pruning", "landscaping", "plant care", "irrigation", "pest control"];
    "Hairdresser", "Cut and colour hair", "Apprenticeship as Hairdresser", ["hair cutting", "hair colouring", "styling", "customer service", "hygiene", "cash handling"];
}

/// Skills of every walk of life.
pub const GENERAL_SKILLS: &[&str] = &[
    "teamwork",
    "time management",
    "Microsoft Office",
    "communication",
    "problem solving",
    "training",
    "report writing",
];

/// How a CV's summary begins.
pub const SUMMARIES: &[&str] = &[
    "Dedicated {title} with {years} years of practice.",
    "I am a {title} who has worked for {years} years in small and large teams.",
    "{years} years as a {title}, calm under pressure and used to responsibility.",
    "Reliable {title} looking for the next step after {years} years.",
    "Hands-on {title}; in {years} years I have learned to get things done.",
];

/// What somebody did in an employment.
pub const WORK_POINTS: &[&str] = &[
    "In charge of {one} and {two} for a team of {number}.",
    "Main task: {duty}; worked with {one} every day.",
    "Introduced {one} and saved {number} hours a month.",
    "Trained {number} colleagues in {one}.",
    "Improved {two} by {number} % within a year.",
    "Responsible for {one}, from the first request to the last check.",
    "Worked closely with other departments on {one} and {two}.",
    "Used {one} to {duty}.",
    "Took over {two} in addition after {number} months.",
    "Wrote the team's guide to {one}.",
];

/// How an ad begins.
pub const AD_OPENINGS: &[&str] = &[
    "{company} is looking for a {title} in {city}.",
    "Our team in {city} is growing. We are {company}, and we need a {title} who likes to work with people.",
    "{title} wanted! {company} has been at home in {city} for forty years, and would like you to join us.",
    "Join {company} as our new {title} and help us serve customers in and around {city}.",
    "For our site in {city} we seek a {title}, to start as soon as possible. {company} is an employer of 250.",
];

/// What an ad says of the work.
pub const AD_DUTIES: &[&str] = &[
    "Take responsibility for {one}",
    "Share what you know about {one} with colleagues",
    "Keep our standards in {one} high",
    "Work with other teams wherever {one} is needed",
    "Plan your own day and report to the head of the team",
    "Help new colleagues to find their feet",
];

/// How an ad asks for a skill.
pub const AD_NEEDS: &[&str] = &[
    "Experience with {one}",
    "Sound knowledge of {one}",
    "{one}",
    "You are at home in {one}",
    "Proven practice in {one}",
];

/// What an ad offers.
pub const AD_OFFERS: &[&str] = &[
    "28 days of leave",
    "a permanent contract",
    "flexible hours",
    "a pension scheme",
    "a free travel card",
    "regular training",
    "an annual bonus",
    "a friendly team",
    "discount in our canteen",
    "a parking space",
];

/// Human languages and how well somebody speaks them.
pub const LANGUAGES: &[(&str, &str)] = &[
    ("English", "native"),
    ("English", "C1"),
    ("German", "B2"),
    ("French", "B1"),
    ("Spanish", "native"),
    ("Italian", "A2"),
    ("Polish", "native"),
    ("Arabic", "fluent"),
    ("Portuguese", "B2"),
    ("Hindi", "native"),
];

/// Given names.
pub const GIVEN_NAMES: &[&str] = &[
    "Amara",
    "Ben",
    "Chiara",
    "Daniel",
    "Elif",
    "Farid",
    "Grace",
    "Hugo",
    "Ines",
    "Jamal",
    "Katarina",
    "Liam",
    "Mei",
    "Noah",
    "Olga",
    "Pedro",
    "Quinn",
    "Rosa",
    "Samir",
    "Tara",
    "Uma",
    "Viktor",
    "Wendy",
    "Xavier",
    "Yara",
    "Zoran",
    "Anna",
    "Bruno",
    "Carmen",
    "Dmitri",
    "Emma",
    "Felix",
    "Giulia",
    "Hannah",
    "Ivan",
    "Julia",
    "Kofi",
    "Laura",
    "Marco",
    "Nadia",
    "Oliver",
    "Priya",
    "Rafael",
    "Sofia",
    "Thomas",
    "Ursula",
    "Valentina",
    "Walter",
    "Yusuf",
    "Zainab",
    "Aisha",
    "Bjorn",
    "Clara",
    "Diego",
    "Eva",
    "Fatima",
    "Greta",
    "Hassan",
    "Irina",
    "Jakub",
];

/// Family names.
pub const FAMILY_NAMES: &[&str] = &[
    "Adeyemi",
    "Bauer",
    "Costa",
    "Dubois",
    "Eriksen",
    "Ferrari",
    "Garcia",
    "Haddad",
    "Ivanova",
    "Johnson",
    "Kowalski",
    "Lopez",
    "Murphy",
    "Nguyen",
    "Okafor",
    "Patel",
    "Quispe",
    "Rossi",
    "Schmidt",
    "Tanaka",
    "Usman",
    "Virtanen",
    "Walsh",
    "Yilmaz",
    "Andersson",
    "Bianchi",
    "Chen",
    "Diallo",
    "Evans",
    "Fischer",
    "Gonzalez",
    "Horvat",
    "Ito",
    "Jansen",
    "Kumar",
    "Lefevre",
    "Mbeki",
    "Novak",
    "Oliveira",
    "Petrov",
    "Ramirez",
    "Silva",
    "Taylor",
    "Ueda",
    "Vargas",
    "Weber",
    "Ximenez",
    "Young",
    "Zhang",
    "Abebe",
    "Brown",
    "Clarke",
    "Dvorak",
    "Edwards",
    "Fernandez",
    "Gruber",
    "Hughes",
    "Kaya",
    "Larsen",
    "Moreau",
];

/// Cities with their countries, and the countries' calling codes.
pub const CITIES: &[(&str, u16)] = &[
    ("London, United Kingdom", 44),
    ("Leeds, United Kingdom", 44),
    ("Glasgow, United Kingdom", 44),
    ("Dublin, Ireland", 353),
    ("Berlin, Germany", 49),
    ("Munich, Germany", 49),
    ("Hamburg, Germany", 49),
    ("Vienna, Austria", 43),
    ("Zurich, Switzerland", 41),
    ("Paris, France", 33),
    ("Lyon, France", 33),
    ("Madrid, Spain", 34),
    ("Valencia, Spain", 34),
    ("Milan, Italy", 39),
    ("Lisbon, Portugal", 351),
    ("Amsterdam, Netherlands", 31),
    ("Brussels, Belgium", 32),
    ("Copenhagen, Denmark", 45),
    ("Stockholm, Sweden", 46),
    ("Warsaw, Poland", 48),
    ("Prague, Czechia", 420),
    ("Toronto, Canada", 1),
    ("New York, USA", 1),
    ("Austin, USA", 1),
    ("Chicago, USA", 1),
    ("Sydney, Australia", 61),
    ("Auckland, New Zealand", 64),
    ("Bengaluru, India", 91),
    ("Nairobi, Kenya", 254),
    ("Cape Town, South Africa", 27),
];

/// Employers, all invented.
pub const COMPANIES: &[&str] = &[
    "Alder & Finch",
    "Bluewater Group",
    "Copperfield Works",
    "Delphin Partners",
    "Eastgate Services",
    "Fernhill",
    "Granite Yard",
    "Harbour Lane",
    "Ivy Street",
    "Juniper House",
    "Kestrel Holdings",
    "Larkspur",
    "Millbrook",
    "Northwind Trading",
    "Oakfield",
    "Pinegrove",
    "Quayside",
    "Riverbend",
    "Stonebridge",
    "Thornbury",
    "Umber & Co",
    "Vale & Sons",
    "Westmark",
    "Yarrow",
    "Ashdown",
    "Birchwood Services",
    "Cobalt Lane",
    "Drayton Partners",
    "Elmcroft",
    "Foxglove",
    "Greywater",
    "Hollis & Reed",
    "Ironbark",
    "Kingsmere",
    "Lindholm",
    "Marlow Group",
    "Nettlecombe",
    "Orchard Row",
    "Pemberton",
    "Redfern",
    "Silverdale",
    "Tamarack",
    "Upland Works",
    "Wexcombe",
];

/// Schools, all invented.
pub const SCHOOLS: &[&str] = &[
    "Northbridge University",
    "Aldenham College",
    "Technical College of Riverton",
    "University of Stonehaven",
    "Lakeside Institute",
    "Eastmoor Vocational School",
    "Kingsmere University",
    "Hollin College of Further Education",
    "University of Marlow",
    "Pemberton School of Trades",
];
