//! The module from outside: parity with the original implementation, long and empty texts, many callers at once.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::*;

/// `MODEL_DIR` is the folder that holds `model.onnx`; without it, the one that the set-up fills.
fn model_folder() -> PathBuf {
    std::env::var_os("MODEL_DIR").map(PathBuf::from).unwrap_or_else(|| {
        let workspace =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate stands in the workspace");
        workspace.join(".local/models/all-minilm-l6-v2-int8")
    })
}

/// Loaded once for all tests. Without a model they fail, and the message says to run `make setup`.
static LOCAL: LazyLock<Embedder> =
    LazyLock::new(|| Embedder::local(&model_folder()).unwrap_or_else(|error| panic!("{error}")));

fn embed_one(embedder: &Embedder, text: &str) -> Embedding {
    embedder.embed(&[text]).expect("the text can be embedded").remove(0)
}

#[derive(serde::Deserialize)]
struct Reference {
    text: String,
    tokens: usize,
    /// The cosine between `vector` and what another engine (onnxruntime) makes of the text with our int8 weights.
    int8_cosine: f32,
    vector: Embedding,
}

/// Made by `scripts/make-reference-vectors.py`.
fn references() -> Vec<Reference> {
    serde_json::from_str(include_str!("reference_vectors.json")).expect("reference_vectors.json is valid")
}

#[test]
fn vectors_are_those_of_the_original_implementation() {
    let references = references();
    assert!(
        references.iter().filter(|reference| reference.tokens > 256).count() >= 2,
        "some texts must be cut"
    );
    let together: Vec<&str> = references.iter().map(|reference| reference.text.as_str()).collect();
    let together = LOCAL.embed(&together).expect("the reference texts can be embedded");
    let mut lowest = 1.0f32;
    for (reference, in_batch) in references.iter().zip(&together) {
        for ours in [in_batch, &embed_one(&LOCAL, &reference.text)] {
            let cosine = ours.cosine(&reference.vector);
            lowest = lowest.min(cosine);
            // int8 weights cost a little; most in scripts that the model hardly learned (Cyrillic, Arabic).
            let latin_or_cjk =
                !reference.text.chars().any(|character| ('\u{400}'..='\u{6ff}').contains(&character));
            assert!(
                cosine >= if latin_or_cjk { 0.999 } else { 0.998 },
                "cosine {cosine} for {:?}",
                reference.text
            );
            // And this code costs nothing beyond the weights.
            assert!(
                (cosine - reference.int8_cosine).abs() < 2e-5,
                "cosine {cosine} for {:?}",
                reference.text
            );
        }
    }
    println!("lowest cosine of {} texts: {lowest}", references.len());
}

#[test]
fn tokens_are_counted_as_the_original_tokenizer_counts_them() {
    for reference in references() {
        assert_eq!(LOCAL.count_tokens(&reference.text), reference.tokens, "{:?}", reference.text);
    }
}

#[test]
fn vectors_have_length_one_and_do_not_depend_on_the_other_texts_of_the_call() {
    let texts =
        ["nurse", "A welder who can read drawings.", &"A cook, a waiter and a dishwasher. ".repeat(60)];
    let together = LOCAL.embed(&texts).expect("the texts can be embedded");
    for (text, embedding) in texts.iter().zip(&together) {
        assert_eq!(embedding.as_slice().len(), DIMENSIONS);
        let length: f32 = embedding.as_slice().iter().map(|value| value * value).sum();
        assert!((length - 1.0).abs() < 1e-5, "length {length}");
        let alone = embed_one(&LOCAL, text);
        assert!(alone.cosine(embedding) > 0.99999, "{text:?} changed by its company");
    }
}

#[test]
fn what_the_model_does_not_read_does_not_change_the_vector() {
    let read = "stock clerk ".repeat(127);
    assert_eq!(LOCAL.count_tokens(&read), LOCAL.max_tokens());
    let longer = format!("{read} brain surgeon");
    assert_eq!(embed_one(&LOCAL, &read), embed_one(&LOCAL, &longer));
    // The last token that is read does count: nothing is cut before it.
    let different = format!("{}surgeon", read.trim_end().trim_end_matches("clerk"));
    assert_eq!(LOCAL.count_tokens(&different), LOCAL.max_tokens());
    assert_ne!(embed_one(&LOCAL, &read), embed_one(&LOCAL, &different));
}

#[test]
fn huge_texts_and_texts_of_white_space_between_few_words_are_read_as_the_tokenizer_reads_them() {
    let sparse = format!("plumber{}electrician", " ".repeat(100_000));
    assert!(embed_one(&LOCAL, &sparse).cosine(&embed_one(&LOCAL, "plumber electrician")) > 0.99999);
    let one_word = "x".repeat(1_000_000);
    assert_eq!(LOCAL.count_tokens(&one_word), 3);
    assert!(embed_one(&LOCAL, &one_word).as_slice().iter().all(|value| value.is_finite()));
}

#[test]
fn near_meanings_are_nearer_than_far_ones() {
    let job = embed_one(&LOCAL, "We hire a nurse for our intensive care unit.");
    let near = embed_one(&LOCAL, "Registered nurse with experience in critical care.");
    let far = embed_one(&LOCAL, "Bricklayer, ten years on construction sites.");
    assert!(job.cosine(&near) > job.cosine(&far) + 0.3);
}

#[test]
fn an_empty_text_is_an_error_that_names_its_place() {
    for empty in ["", " \n\t ", "\u{0}\u{7}\u{200b}"] {
        for embedder in [&*LOCAL, &Embedder::mock()] {
            let found = embedder.embed(&["cook", empty, "waiter"]);
            if empty.trim().is_empty() || embedder.model_name() != "mock" {
                assert_eq!(found, Err(EmbeddingError::EmptyText { index: 1 }), "{empty:?}, {embedder:?}");
            }
        }
        assert_eq!(LOCAL.count_tokens(empty), 2);
        assert!(LOCAL.split(empty, 256).is_empty());
    }
    assert_eq!(LOCAL.embed(&[]), Ok(Vec::new()));
}

#[test]
fn passages_fit_the_model_and_leave_nothing_out() {
    let references = references();
    let mixed = references.iter().map(|reference| reference.text.as_str()).collect::<Vec<_>>().join("\n\n");
    let without_spaces = "软件工程师五年后端开发经验".repeat(100);
    for text in [mixed.as_str(), &without_spaces] {
        for max_tokens in [16, 64, 256, 10_000] {
            let passages = LOCAL.split(text, max_tokens);
            let kept =
                |text: &str| text.chars().filter(|character| !character.is_whitespace()).collect::<String>();
            assert_eq!(kept(&passages.concat()), kept(text));
            for passage in passages {
                let tokens = LOCAL.count_tokens(passage);
                assert!(
                    tokens <= max_tokens.min(LOCAL.max_tokens()),
                    "{tokens} of {max_tokens}: {passage:?}"
                );
                assert!(!passage.is_empty());
            }
        }
    }
}

#[test]
fn passages_end_at_paragraphs_then_lines_then_sentences() {
    let paragraph = "He repairs pumps. He repairs engines.";
    let text = format!("{paragraph}\n\n{paragraph}");
    assert_eq!(LOCAL.split(&text, 16), [paragraph, paragraph]);
    let text = format!("{paragraph}\n{paragraph}");
    assert_eq!(LOCAL.split(&text, 16), [paragraph, paragraph]);
    assert_eq!(LOCAL.split(paragraph, 9), ["He repairs pumps.", "He repairs engines."]);
    assert_eq!(LOCAL.split(paragraph, 256), [paragraph]);
}

#[test]
fn many_callers_at_once_get_the_same_vectors_from_one_model() {
    let texts: Vec<String> = (0..24).map(|number| format!("Employee {number} of the month")).collect();
    let expected: Vec<Embedding> = texts.iter().map(|text| embed_one(&LOCAL, text)).collect();
    std::thread::scope(|scope| {
        for (text, expected) in texts.iter().zip(&expected) {
            let embedder = LOCAL.clone();
            scope.spawn(move || assert_eq!(embed_one(&embedder, text), *expected));
        }
    });
}

#[test]
fn a_missing_model_says_to_run_the_setup() {
    let error = Embedder::local(Path::new("/nonexistent/model.onnx")).expect_err("there is no model");
    assert!(matches!(error, EmbeddingError::ModelMissing { .. }));
    assert!(
        error.to_string().contains("/nonexistent/model.onnx") && error.to_string().contains("make setup")
    );
}

#[test]
fn a_damaged_model_is_refused() {
    // Any file that is not the model will do.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let error = Embedder::local(&path).expect_err("this is not a model");
    assert!(matches!(error, EmbeddingError::ModelDamaged { .. }), "{error}");
    assert!(error.to_string().contains("make setup"));
}

#[test]
fn the_mock_is_deterministic_and_knows_shared_words() {
    let mock = Embedder::mock();
    assert_eq!(mock.model_name(), "mock");
    let [nurse, again, similar, other] =
        ["Night nurse in Leeds", "night NURSE, in leeds", "night nurse in York", "welder"]
            .map(|text| embed_one(&mock, text));
    assert_eq!(nurse, again);
    assert!(nurse.cosine(&similar) > 0.5 && nurse.cosine(&other) < 0.2);
    assert_eq!(embed_one(&mock, "***").as_slice().len(), DIMENSIONS);
}

#[test]
fn the_mean_of_passages_has_length_one_and_points_between_them() {
    let (east, north) = (Embedding(vec![1.0, 0.0]), Embedding(vec![0.0, 1.0]));
    let mean = Embedding::mean([&east, &north]).expect("they do not cancel out");
    assert!((mean.cosine(&east) - std::f32::consts::FRAC_1_SQRT_2).abs() < 1e-6);
    assert!((mean.as_slice().iter().map(|value| value * value).sum::<f32>() - 1.0).abs() < 1e-6);
    assert_eq!(Embedding::mean([]), None);
    assert_eq!(Embedding::mean([&east, &Embedding(vec![-1.0, 0.0])]), None);
    assert_eq!(east.cosine(&Embedding(vec![0.0, 0.0])), 0.0);
}

#[test]
fn an_embedding_is_an_array_in_json() {
    let embedding = Embedding(vec![0.5, -1.0]);
    let json = serde_json::to_string(&embedding).expect("numbers can be written");
    assert_eq!(json, "[0.5,-1.0]");
    assert_eq!(serde_json::from_str::<Embedding>(&json).expect("and read"), embedding);
}
