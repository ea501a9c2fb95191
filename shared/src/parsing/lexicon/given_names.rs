//! Given names that are common where CVs come from: a hint only, since most names are in no list.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::phrases::fold;

/// Folded, without accents.
const NAMES: &str = "aaron abdul abdullah abigail adam adrian adriana agata agnes agnieszka ahmad ahmed aisha alain alan albert alberto alejandra alejandro \
    alena alessandra alessandro alex alexa alexander alexandra alexandre alexandru alexis alfonso alfred ali alice alicia alina alison allison \
    amanda amara amber amelia amina amir amit amy ana anastasia anders andre andrea andreas andreea andrei andres andrew andrzej andy angel angela \
    angelica angelo anita anja anjali ann anna anne annette annie antoine anton antonia antonio anthony arjun arnaud arthur arturo ashley astrid \
    aurelie axel barbara bart bartosz beatrice beatriz ben benjamin benoit bernard bernd bernhard beth bianca bill bjorn bob boris brandon brenda \
    brent brian bridget britta bruce bruno caleb camila camille carl carla carlo carlos carmen carol carolina caroline cassandra catalin catherine \
    cecile cecilia cedric celia celine chad charles charlie charlotte chen chiara chloe chris christian christiane christina christine christoph \
    christophe christopher cindy clara clare claire claude claudia claudio clemence colin connor corinne craig cristian cristina cynthia cyril dale \
    damien dan dana daniel daniela daniele danielle daphne darius dave david davide dawn dean deborah debra denis denise dennis derek diana diane \
    diego dieter dimitri dirk dmitri dominic dominik dominique don donald donna doris dorothy doug douglas duncan dylan eddie edgar edith eduardo \
    edward elaine elena eleanor elias elisa elisabeth elise elizabeth ella ellen elsa emanuele emily emil emilia emilie emma emmanuel enrico enrique \
    eric erica erik erika erin ernst esther ethan eugene eva evan evelyn fabian fabio fatima federica federico felipe felix fernanda fernando filip \
    fiona florence florian florin frances francesca francesco francis francisco franck francois francoise frank franz fred frederic frederik friedrich \
    gabriel gabriela gabriele gary gavin gemma george georgia georgina gerald gerard gerhard gilles gina giorgio giovanni giulia giuseppe gloria gordon \
    grace graham greg gregory greta guido guillaume guillermo gunter gustavo hamza hannah hans harold harriet harry hasan hassan heather heidi heike \
    heinrich helen helena helene helmut henri henrik henry herbert hiroshi holger holly howard hugo ian ibrahim ignacio igor ilaria ileana ines inga \
    ingrid ioana ion irene irina iris isaac isabel isabella isabelle ismail israel ivan jack jacob jacqueline jacques jaime jake jakob jakub james jamie \
    jan jana jane janet janice jasmine jason javier jay jean jeff jeffrey jenna jennifer jenny jens jeremy jerome jerry jesse jessica jesus jill jim \
    jimmy joan joana joanna joanne joao joaquin jochen joe joel joerg johan johann johannes john johnny jonas jonathan jordan jorge jorg jose josef \
    joseph joshua joy joyce juan juana judith judy julia julian juliana julie julien juliette julius jurgen justin justine justyna kai kamil karen \
    karim karin karina karl karolina katarzyna kate katharina katherine kathleen kathryn kathy katia katie katja katrin kay keith kelly ken kenneth \
    kevin khadija kim kimberly kirsten klaus konrad kris kristen kristin kristina krzysztof kumar kyle lara larry lars laura lauren laurence laurent \
    lea leah lee lena leo leon leonard leonardo leonie leslie leticia liam lilian lily lina linda lisa liz lorena lorenzo louis louise luc luca lucas \
    lucia lucie lucy luigi luis luisa lukas lukasz lydia lynn maciej mackenzie madeleine magdalena malcolm malgorzata manfred manon manuel manuela \
    marc marcel marcin marco marcos marcus margaret margarita maria mariana marianne marie marina mario marion marisa marissa mark marko markus marta \
    martha martin martina mary mateo mateusz mathieu mathilde matilde matt matteo matthew matthias matthieu maureen maurice mauricio mauro max maxime \
    maximilian megan mehdi mehmet melanie melissa mercedes mia michael michal michel michele michelle miguel mihai mike mila milan minh mirela miriam \
    mohamed mohammad mohammed molly monica monika monique morgan muhammad mustafa nadia nadine nancy naomi natalia natalie natasha nathalie nathan neha \
    neil nelson nicholas nick nicola nicolas nicole nigel nikhil nils nina noah noel nora norbert norma norman odile olga oliver olivia olivier omar \
    oscar otto pablo paige pamela paola paolo pascal patrice patricia patrick patrizia paul paula paulo pavel pawel pedro peggy peter petra phil \
    philip philipp philippe phillip pierre pieter piotr priya quentin rachel rafael rahul raj rajesh ralf ralph ramon raphael raquel raul ravi ray \
    raymond rebecca regina renata renate rene ricardo riccardo richard rick rita rob robert roberta roberto robin rodrigo roger roland rolf roman romain \
    ron ronald rosa rose rosemary ross roxana roy ruben rudolf russell ruth ryan sabine sabrina sally salma salvatore sam samantha samir samuel sandra \
    sandrine sandy sanjay santiago sara sarah sascha scott sean sebastian sebastien serena serge sergio seth shane shannon sharon shaun sheila shirley \
    silke silvia simon simona simone sofia sonia sonja sophia sophie stacy stefan stefania stefano steffen stella stephan stephane stephanie stephen \
    steve steven stuart sue susan susanne suzanne svetlana sven swen sylvia sylvie tamara tania tanja tara tatiana ted teresa terry theo theodore \
    theresa thierry thomas tiago tiffany tim timothy tina tobias todd tom tomas tomasz tommy tony tracy travis trevor ulrich ulrike ursula uwe valentin \
    valentina valeria valerie vanessa vera veronica veronika vicky victor victoria viktor vincent vincenzo viola virginia virginie vivian vladimir \
    walter wanda warren wayne wei wendy werner wilhelm will william wolfgang xavier yan yann yannick yasmin yolanda youssef yuki yusuf yves yvonne zachary zoe zofia";

static SET: LazyLock<HashSet<&'static str>> = LazyLock::new(|| NAMES.split_ascii_whitespace().collect());

/// Whether `word` (or the first half of `Jean-Luc`) is a common given name.
pub(crate) fn is_given_name(word: &str) -> bool {
    let folded = fold(word);
    let first = folded.split(['-', '‐', '‑']).next().unwrap_or("");
    SET.contains(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_names_are_known_with_and_without_accents() {
        for name in ["JOHN", "Zoë", "José", "Jean-Luc", "Jürgen"] {
            assert!(is_given_name(name), "{name}");
        }
        assert!(!is_given_name("Software"));
    }
}
