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

/// Given names.
pub const GIVEN_NAMES: &[&str] = &[
    "Amara", "Ben", "Chiara", "Daniel", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jamal", "Katarina",
    "Liam", "Mei", "Noah", "Olga", "Pedro", "Quinn", "Rosa", "Samir", "Tara", "Uma", "Viktor", "Wendy",
    "Xavier", "Yara", "Zoran",
];

/// Family names.
pub const FAMILY_NAMES: &[&str] = &[
    "Adeyemi", "Bauer", "Costa", "Dubois", "Eriksen", "Ferrari", "Garcia", "Haddad", "Ivanova", "Johnson",
    "Kowalski", "Lopez", "Murphy", "Nguyen", "Okafor", "Patel", "Quispe", "Rossi", "Schmidt", "Tanaka",
    "Usman", "Virtanen", "Walsh", "Yilmaz",
];

/// Cities with their countries.
pub const CITIES: &[&str] = &[
    "London, United Kingdom",
    "Leeds, United Kingdom",
    "Dublin, Ireland",
    "Berlin, Germany",
    "Munich, Germany",
    "Vienna, Austria",
    "Zurich, Switzerland",
    "Paris, France",
    "Lyon, France",
    "Madrid, Spain",
    "Amsterdam, Netherlands",
    "Toronto, Canada",
    "New York, USA",
    "Austin, USA",
    "Sydney, Australia",
    "Bengaluru, India",
    "Warsaw, Poland",
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
    "Northwind",
    "Oakfield",
    "Pinegrove",
    "Quayside",
    "Riverbend",
    "Stonebridge",
    "Thornbury",
    "Umber",
    "Vale & Sons",
    "Westmark",
    "Yarrow",
];

/// Schools, all invented.
pub const SCHOOLS: &[&str] = &[
    "Northbridge University",
    "Aldenham College",
    "Technical College of Riverton",
    "University of Stonehaven",
    "Lakeside Institute",
    "Eastmoor Vocational School",
];
