//! The sentences in Spanish.

use super::templates::Templates;

pub(super) static SPANISH: Templates = Templates {
    language: "es",
    strong: &[
        "Este CV encaja bien con el puesto «{job}».",
        "El puesto «{job}» y este CV van bien juntos.",
        "Mucho de lo que pide el puesto «{job}» está en este CV.",
    ],
    partial: &[
        "Este CV cubre una parte de lo que pide el puesto «{job}».",
        "El puesto «{job}» es posible, con algunos puntos abiertos.",
        "Para el puesto «{job}», una parte está y otra falta.",
    ],
    weak: &[
        "Poco en este CV apunta al puesto «{job}».",
        "Este CV y el puesto «{job}» tienen poco en común.",
        "El puesto «{job}» sería un cambio de rumbo.",
    ],
    role_at: &[
        "Lo más cercano es el trabajo como {title} en {employer}.",
        "Lo que más cuenta es la etapa como {title} en {employer}.",
    ],
    role: &["Lo más cercano es el trabajo como {title}.", "Lo que más cuenta es el trabajo como {title}."],
    shared_skills: &[
        "Ambos nombran: {skills}.",
        "La oferta y el CV coinciden en: {skills}.",
        "En común: {skills}.",
    ],
    open_skills: &[
        "En la oferta pero no en el CV: {skills}.",
        "El CV no menciona: {skills}.",
        "Queda abierto: {skills}.",
    ],
    role_for: &[
        "{duration} como {title}, un trabajo del tipo que se busca.",
        "Ha trabajado como {title} durante {duration}.",
    ],
    role_at_for: &[
        "{duration} como {title} en {employer}, un trabajo del tipo que se busca.",
        "Trabajó como {title} en {employer} durante {duration}.",
        "{title} en {employer}, {duration}: cerca de este puesto.",
    ],
    skill_for: &["{skill}: presente en {duration} de trabajo.", "{duration} en puestos que nombran {skill}."],
    skill_quoted: &[
        "{skill} no solo se nombra: {quote}",
        "Sobre {skill}, el CV dice {quote}",
        "{skill}, en palabras del CV: {quote}",
    ],
    enough_experience: &[
        "La oferta pide {wanted}; el CV muestra {has} de trabajo.",
        "Con {has} de trabajo se alcanzan los {wanted} que se piden.",
    ],
    little_experience: &["La oferta pide {wanted} de experiencia; en el CV se leen {has} de trabajo."],
    enough_education: &[
        "La formación tiene el nivel que se pide.",
        "El título cumple lo que pide la oferta.",
    ],
    little_education: &[
        "La oferta pide un nivel de formación mayor que el del CV.",
        "La formación del CV está por debajo del nivel que se pide.",
    ],
    languages_known: &[
        "Idioma que se pide y se conoce: {languages}.",
        "El idioma que se pide está en el CV: {languages}.",
    ],
    languages_open: &[
        "El CV no muestra el nivel que se pide en: {languages}.",
        "Idioma que se pide y no consta a ese nivel: {languages}.",
    ],
    place_fits: &["El lugar de trabajo, {place}, encaja.", "{place} ya es el lugar de residencia."],
    place_open: &[
        "El lugar de trabajo es {place}, lejos de la dirección del CV.",
        "{place} supondría mudarse o un largo camino.",
    ],
    passages: &[
        "La oferta dice {job_quote}, el CV {cv_quote}",
        "A {job_quote} en la oferta responde {cv_quote} en el CV.",
    ],
    skills_open: &[
        "La oferta nombra {skills}; el CV no.",
        "Nada en el CV sobre: {skills}.",
        "No se encuentra en el CV: {skills}.",
    ],
    licences_open: &[
        "La oferta pide un permiso de conducir ({licences}); el CV no nombra ninguno de esa clase.",
    ],
    other_field: &["El CV viene de otro campo.", "Los puestos del CV son de otro tipo."],
    add_skill: &[
        "Si {skill} ha sido parte del trabajo, el CV debería decir dónde y cuándo.",
        "{skill}: nombrar un puesto, un proyecto o un curso.",
        "Para cerrar la brecha: mostrar práctica en {skill} o aprender lo básico.",
    ],
    show_skill: &[
        "{skill} solo se nombra; una línea sobre lo que se hizo pesaría más.",
        "Decir en qué puesto se usó {skill} y para qué.",
    ],
    state_language: &["Indicar el nivel, de A1 a C2: {languages}."],
    add_dates: &["Dar a cada puesto su primer y último mes; sin fechas no se puede contar la experiencia."],
    units: ["año", "años", "mes", "meses"],
    and: " y ",
    quotation: ["«", "»"],
};
