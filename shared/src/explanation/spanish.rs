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
        "Queda abierto sobre todo: {skills}.",
        "Lo primero por aclarar: {skills}.",
        "Punto abierto: {skills}.",
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
        "{has} de trabajo; la oferta pide {wanted}.",
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
        "Algo de práctica en {skill}, aunque sea de un proyecto pequeño o de un curso, cerraría esta brecha.",
    ],
    add_certificate: &[
        "{skill}: si ya se tiene, nombrarlo con su fecha; si no, decir si está en camino.",
        "Sin {skill} en el CV, se dará por ausente: nombrarlo con su fecha o decir para cuándo.",
    ],
    add_trait: &[
        "{skill}: un ejemplo del trabajo diría más que la palabra.",
        "Para {skill}, contar una situación del trabajo que lo muestre.",
    ],
    close_field: &[
        "Empezar el CV por lo que, del trabajo hecho, sirve en un puesto así.",
        "Dos líneas al principio sobre el porqué del cambio y lo que sirve aquí ayudarían.",
    ],
    close_experience: &[
        "El trabajo que cuenta para la experiencia que se pide, pero está sin fechas, debería tenerlas.",
        "La oferta pide {wanted}: describir con más detalle el trabajo más cercano a este puesto.",
    ],
    close_education: &[
        "Una formación de ese nivel, en curso o reconocida, debe estar en el CV.",
        "Sin ese título: mostrar con tareas y resultados que el trabajo era de ese nivel.",
    ],
    close_licences: &[
        "Si se tiene el permiso ({licences}), el CV debería nombrar la clase; si no, decir para cuándo.",
    ],
    close_place: &[
        "Decir en el CV si es posible mudarse, viajar o trabajar a distancia ({place}).",
        "Una línea sobre cómo se llegaría a {place} aclara este punto.",
    ],
    show_skill: &[
        "{skill} solo se enumera; una línea sobre lo que se hizo pesaría más.",
        "Decir en qué puesto se usó {skill} y para qué.",
    ],
    state_language: &["Indicar el nivel, de A1 a C2: {languages}."],
    add_dates: &["Dar a cada puesto su primer y último mes; sin fechas no se puede contar la experiencia."],
    transfer: &[
        "{from} está cerca de {to}, que pide la oferta.",
        "La oferta pide {to}; la práctica con {from} acorta el camino.",
        "De {from} a {to} no hay mucho trecho.",
    ],
    transfer_of_work: &[
        "{skill}, parte del trabajo como {title}, también se pide aquí.",
        "El trabajo como {title} era de otro tipo, pero {skill} sirve también aquí.",
    ],
    ask_missing: &[
        "¿Qué ha hecho hasta ahora que se acerque más a {skill}?",
        "¿Dónde se ha encontrado con {skill} y cómo se pondría al día en las primeras semanas?",
        "Si mañana una tarea pidiera {skill}, ¿cómo la haría?",
    ],
    ask_certificate: &["¿En qué punto está con {skill} y para cuándo lo tendría?"],
    ask_transfer: &[
        "Conoce {from}: ¿qué sería diferente para usted con {to}?",
        "¿Qué de lo hecho con {from} le serviría para {to} y qué tendría que aprender?",
    ],
    ask_unproven: &[
        "Cuente una tarea que hizo con {skill}: ¿cuál fue su parte y qué resultó?",
        "¿Dónde necesitó {skill} por última vez y qué fue lo difícil?",
    ],
    ask_experience: &[
        "La oferta pide {wanted} de experiencia: ¿qué trabajo suyo se acercó más a este puesto y en qué?",
        "Buscamos {wanted} de experiencia: ¿qué contaría usted de su trabajo?",
    ],
    ask_language: &[
        "¿Qué trabajo ha hecho en este idioma, hablado y escrito: {languages}?",
        "¿Cómo se desenvuelve en el trabajo en este idioma: {languages}?",
    ],
    ask_role: &[
        "¿Cuál fue el problema más difícil que resolvió como {title} y cómo?",
        "¿Qué dirían sus colegas que hacía mejor como {title}?",
    ],
    ask_job: &[
        "En el puesto «{job}», ¿qué sería lo más nuevo para usted?",
        "En el puesto «{job}», ¿qué haría primero en el primer mes?",
    ],
    ask_any: &[
        "¿De qué trabajo suyo está más orgulloso u orgullosa y por qué?",
        "¿Qué espera del equipo en el que trabajaría?",
    ],
    units: ["año", "años", "mes", "meses"],
    and: " y ",
    quotation: ["«", "»"],
};
