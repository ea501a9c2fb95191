#!/usr/bin/env python3
"""Finds skills with skill-extractor (PyPI, MIT), in the form that `cv-matching evaluate-skills --predictions` takes.

    pip install --no-deps skill-extractor==0.2.0 && pip install numpy onnxruntime tokenizers
    scripts/skill-extractor-predictions.py --model MODEL.onnx --tokenizer tokenizer.json DATA/*.jsonl > predictions.ndjson

The package fetches its sentence encoder, all-MiniLM-L6-v2 as ONNX, from a model hub; this script takes it from files, so that it
runs where only package registries can be reached: .local/models/all-minilm-l6-v2-int8/model.onnx and shared/src/embedding/data.
Everything else is the package's own: gazetteer, context of 20 words, classifier, threshold 0.5.
"""

import argparse
import json
import sys


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="all-MiniLM-L6-v2 as ONNX")
    parser.add_argument("--tokenizer", required=True, help="its tokenizer.json")
    parser.add_argument("files", nargs="+", help="NDJSON of {id, text}")
    arguments = parser.parse_args()

    import onnxruntime
    from skill_extractor import extractor
    from tokenizers import Tokenizer

    class Embedder(extractor.Embedder):
        def __init__(self, quantized: bool = False):
            self.tokenizer = Tokenizer.from_file(arguments.tokenizer)
            self.tokenizer.enable_truncation(max_length=256)
            self.tokenizer.enable_padding()
            self.session = onnxruntime.InferenceSession(arguments.model, providers=["CPUExecutionProvider"])
            self._input_names = {node.name for node in self.session.get_inputs()}

    extractor.Embedder = Embedder
    finder = extractor.SkillExtractor()
    for file in arguments.files:
        with open(file, encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                confirmed = set(finder.extract(row["text"]))
                found = finder.matcher.extract(row["text"])
                skills = [
                    {"name": name, "start": start, "end": end} for name, start, end in found if name in confirmed
                ]
                json.dump({"id": row["id"], "skills": skills}, sys.stdout)
                sys.stdout.write("\n")


if __name__ == "__main__":
    main()
