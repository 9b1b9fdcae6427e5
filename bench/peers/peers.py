"""Interdict's matcher beside nomenklatura's logic-v2 and rapidfuzz: the same names, one core, one table.

`run` beside this file makes the environment and starts this. Each system is measured in a process of its own, one after
another, all on one core, so that processor time and peak memory are its own. Nothing of the data is printed but counts.
"""

import argparse
import csv
import gzip
import itertools
import json
import math
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import Callable, Iterator, NamedTuple, Optional

LIST = "lists/ftm/baseline_24607.ftm.json.gz"
# The fast systems are asked this many times as many names: else their time is lost in that of the clock.
FAST = 10
LIMIT = 5
# Each system is measured this often; medians are printed.
ROUNDS = 3
# What counts as a match where nothing else is said: names::BALANCED, yente's default, and what is usual for Jaro-Winkler,
# which has no threshold of its own.
THRESHOLDS = {"Interdict": 0.76, "logic-v2": 0.7, "Jaro-Winkler": 0.9}
# Names that warm caches and code up before the clock starts; none of them is asked again.
WARM = 40


class Query(NamedTuple):
    """A name to look for, and the listed entity that it means where it means one."""

    schema: str
    name: str
    means: Optional[str]


def entities(data: Path) -> list[dict]:
    with gzip.open(data / LIST, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def column(path: Path, heading: str) -> list[str]:
    with open(path, encoding="utf-8", newline="") as file:
        return [row[heading] for row in csv.DictReader(file) if (row[heading] or "").strip()]


def one_letter_changed(name: str, dice: random.Random) -> str:
    """The name with one letter replaced by another of the same script."""
    places = [place for place, letter in enumerate(name) if letter.isalpha()]
    if not places:
        return name
    place = dice.choice(places)
    old = name[place]
    letters = "abcdefghijklmnopqrstuvwxyz"
    if not old.isascii():
        letters = "".join(letter for letter in name if letter.isalpha() and not letter.isascii())
    others = [letter for letter in letters if letter != old.lower()] or [old]
    new = dice.choice(others)
    return name[:place] + (new.upper() if old.isupper() else new) + name[place + 1 :]


def queries(data: Path, count: int) -> list[Query]:
    """Three kinds of ordinary names and misspelt listed names by turns, so that any part of them is the same mixture."""
    dice = random.Random(1)
    companies, stocks, persons = (
        column(data / "names" / file, heading)
        for file, heading in [
            ("listed_companies.csv", "name"),
            ("sec_stocks.csv", "Name"),
            ("persons_fake_us.csv", "full_name"),
        ]
    )
    listed = entities(data)
    drawn: list[Query] = []
    while len(drawn) < count:
        drawn.append(Query("Company", dice.choice(companies), None))
        drawn.append(Query("Company", dice.choice(stocks), None))
        drawn.append(Query("Person", dice.choice(persons), None))
        entity = dice.choice(listed)
        name = one_letter_changed(dice.choice(entity["properties"]["name"]), dice)
        drawn.append(Query(entity["schema"], name, entity["id"]))
    # One line is one query.
    return [query._replace(name=" ".join(query.name.split())) for query in drawn[:count]]


# --- What each system does -------------------------------------------------------------------------------------------


def peak_memory() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


class Answers:
    """Ids found for each query, with the processor time that they took."""

    def __init__(self) -> None:
        self.found: list[list[str]] = []
        self.seconds: list[float] = []

    def ask(self, query: Query, answer: Callable[[Query], list[str]]) -> None:
        start = time.thread_time()
        found = answer(query)
        self.seconds.append(time.thread_time() - start)
        self.found.append(found)


def proxies(data: Path) -> dict:
    from followthemoney import ValueEntity

    return {row["id"]: ValueEntity.from_dict(row) for row in entities(data)}


class LogicV2:
    """logic-v2's verdict over candidates that somebody else found."""

    # Of the whole process: logic-v2 remembers the analysed names of an id, so no id may come twice.
    ids = itertools.count(1)

    def __init__(self, by_id: dict) -> None:
        from followthemoney import ValueEntity
        from nomenklatura.matching import get_algorithm

        self.by_id = by_id
        self.make = ValueEntity.from_dict
        self.algorithm = get_algorithm("logic-v2")
        self.config = self.algorithm.default_config()

    def entity(self, schema: str, name: str):
        return self.make({"id": f"query-{next(self.ids)}", "schema": schema, "properties": {"name": [name]}})

    def score(self, left, right) -> float:
        return self.algorithm.compare(left, right, self.config).score

    def best(self, entity, candidates: list[str]) -> list[str]:
        scored = [(self.score(entity, self.by_id[id]), id) for id in candidates]
        scored = [pair for pair in scored if pair[0] >= THRESHOLDS["logic-v2"]]
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        return [id for _, id in scored[:LIMIT]]


def run_logic_v2_blocker(data: Path, asked: list[Query], warm: list[Query]) -> dict:
    """nomenklatura as it runs without a search engine: its DuckDB index names candidates for a whole batch."""
    import logging

    from followthemoney import Dataset, StatementEntity
    from nomenklatura.blocker import Index
    from nomenklatura.resolver import Linker
    from nomenklatura.store.memory import MemoryStore

    logging.disable(logging.WARNING)
    dataset = Dataset.make({"name": "baseline", "title": "Baseline"})
    store = MemoryStore(dataset, Linker({}))
    with store.writer() as writer:
        for row in entities(data):
            writer.add_entity(StatementEntity.from_data(dataset, row))
    with tempfile.TemporaryDirectory() as folder:
        index = Index(store.view(dataset), Path(folder))
        index.build()
        logic = LogicV2(proxies(data))
        ready = time.process_time()
        number = 0

        def batch(names: list[Query]) -> tuple[list[list[str]], int]:
            nonlocal number
            subjects = []
            by_subject = {}
            for query in names:
                number += 1
                id = f"subject-{number}"
                by_subject[id] = query
                properties = {"name": [query.name]}
                subjects.append(
                    StatementEntity.from_data(dataset, {"id": id, "schema": query.schema, "properties": properties})
                )
            found: dict[str, list[str]] = {}
            compared = 0
            for subject, matches in index.match_entities(subjects):
                candidates = [match.id for match, _ in matches]
                compared += len(candidates)
                query = by_subject[subject.id]
                found[subject.id] = logic.best(logic.entity(query.schema, query.name), candidates)
            return [found.get(id, []) for id in by_subject], compared

        batch(warm)
        start = time.process_time()
        found, compared = batch(asked)
        seconds = time.process_time() - start
        index.close()
    return {"found": found, "seconds": seconds, "ready": ready, "compared": compared / len(asked)}


def run_logic_v2_memory(data: Path, asked: list[Query], warm: list[Query]) -> dict:
    """logic-v2 asked one query at a time, over candidates as nomenklatura's index ranks them, but from dictionaries in
    memory: the same tokens, weights, stopwords and cuts, without DuckDB's start for each query."""
    from nomenklatura.blocker.index import Index
    from nomenklatura.blocker.tokenizer import NAME_PART_FIELD, SYMBOL_FIELD, tokenize_entity

    most, least_share, most_pairs = 75, 0.1, 60 * 60
    by_id = proxies(data)
    logic = LogicV2(by_id)
    postings: dict[tuple[str, str], list[str]] = defaultdict(list)
    full_names: dict[str, int] = {}
    for id, entity in by_id.items():
        tokens = {(field, token[:40]) for field, token in tokenize_entity(entity)}
        full_names[id] = max(1, sum(field == "name" for field, _ in tokens))
        for token in tokens:
            postings[token].append(id)
    # By token, then by schema of the candidates.
    weighted: dict[tuple[str, str], dict[str, list[tuple[str, float]]]] = {}
    for (field, token), ids in postings.items():
        weight = Index.BOOSTS.get(field, 1.0) * (1 + math.log(len(by_id) / len(ids)))
        dampened = field in (NAME_PART_FIELD, SYMBOL_FIELD)
        by_schema = weighted[field, token] = defaultdict(list)
        for id in ids:
            by_schema[by_id[id].schema.name].append((id, weight / math.sqrt(full_names[id]) if dampened else weight))
    ready = time.process_time()
    compared = 0

    def answer(query: Query) -> list[str]:
        nonlocal compared
        entity = logic.entity(query.schema, query.name)
        allowed = {schema.name for schema in entity.schema.matchable_schemata}
        # By field and candidate: the weights of the shared tokens.
        shared: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for field, token in {(field, token[:40]) for field, token in tokenize_entity(entity)}:
            by_schema = weighted.get((field, token), {})
            reachable = [pairs for schema, pairs in by_schema.items() if schema in allowed]
            if sum(map(len, reachable)) > most_pairs:
                continue
            for id, weight in itertools.chain(*reachable):
                shared[field][id].append(weight)
        totals: dict[str, float] = defaultdict(float)
        for weights_of in shared.values():
            for id, weights in weights_of.items():
                totals[id] -= max(weights) * (1 + math.log(len(weights)))
        ranked = sorted((total, id) for id, total in totals.items())[:most]
        candidates = [id for weight, id in ranked if weight <= ranked[0][0] * least_share]
        compared += len(candidates)
        return logic.best(entity, candidates)

    for query in warm:
        answer(query)
    compared = 0
    answers = Answers()
    start = time.process_time()
    for query in asked:
        answers.ask(query, answer)
    seconds = time.process_time() - start
    return {
        "found": answers.found,
        "seconds": seconds,
        "latencies": answers.seconds,
        "ready": ready,
        "compared": compared / len(asked),
    }


def run_rapidfuzz(data: Path, asked: list[Query], warm: list[Query]) -> dict:
    """Jaro-Winkler against every name, case and punctuation aside; an entity counts by its best name."""
    from rapidfuzz import process, utils
    from rapidfuzz.distance import JaroWinkler

    names: list[str] = []
    owners: list[str] = []
    for row in entities(data):
        for field in ("name", "alias", "weakAlias", "previousName"):
            for name in row["properties"].get(field, ()):
                names.append(utils.default_process(name))
                owners.append(row["id"])
    ready = time.process_time()

    def answer(query: Query) -> list[str]:
        matches = process.extract(
            utils.default_process(query.name),
            names,
            scorer=JaroWinkler.similarity,
            processor=None,
            limit=LIMIT,
            score_cutoff=THRESHOLDS["Jaro-Winkler"],
        )
        return list(dict.fromkeys(owners[place] for _, _, place in matches))

    for query in warm:
        answer(query)
    answers = Answers()
    start = time.process_time()
    for query in asked:
        answers.ask(query, answer)
    return {
        "found": answers.found,
        "seconds": time.process_time() - start,
        "latencies": answers.seconds,
        "ready": ready,
        "compared": len(names),
    }


def child(command: list[str], given: str = "") -> tuple[str, float, float]:
    """Runs a command on a text; returns what it printed, its processor seconds and its peak memory in MB."""
    with tempfile.TemporaryFile("w+") as stdin, tempfile.TemporaryFile("w+") as stdout:
        stdin.write(given)
        stdin.seek(0)
        process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, text=True)
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{' '.join(command[:4])} … failed: {said.strip()[-2000:]}")
        stdout.seek(0)
        return stdout.read(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def run_interdict(data: Path, asked: list[Query], interdict: str, timer: str) -> dict:
    """The binary over a file of queries; single queries are timed in a loop over the same index."""
    with tempfile.TemporaryDirectory() as folder:
        base = [interdict, "--home", folder, "--threads", "1"]
        _, importing, _ = child([*base, "lists", "import", str(data / LIST)])

        def match(names: list[Query]) -> tuple[list[dict], float, float]:
            lines = [
                json.dumps({"id": str(number), "schema": query.schema, "properties": {"name": [query.name]}})
                for number, query in enumerate(names)
            ]
            text, seconds, memory = child(
                [*base, "match", "--limit", str(LIMIT), "--input", "-"], "".join(line + "\n" for line in lines)
            )
            return [json.loads(line) for line in text.splitlines()], seconds, memory

        # The first run builds the index, later ones open it: what opening takes comes off what answering takes.
        _, building, _ = match(asked[:1])
        starting = statistics.median(match(asked[:1])[1] for _ in range(5))
        answers, seconds, memory = match(asked)
        assert len(answers) == len(asked), "one line for each query"
        index = next(Path(folder).glob("index/*.names"))
        lines = "".join(f"{query.schema}\t{query.name}\n" for query in asked)
        timed, _, _ = child([timer, str(index), "3"], lines)
        latencies = [int(line.split("\t")[0]) / 1e9 for line in timed.splitlines()]
        return {
            # The ledger puts the name of the list before the entry's own id.
            "found": [[match["entity_id"].split(":", 1)[-1] for match in answer["matches"]] for answer in answers],
            "seconds": seconds - starting,
            "latencies": latencies,
            "ready": importing + building,
            "again": starting,
            "memory": memory,
        }


# --- Pairs with labels -----------------------------------------------------------------------------------------------


class Pair(NamedTuple):
    schema: str
    left: str
    right: str
    same: bool
    group: str = ""
    # Different names drawn at random, not near misses.
    easy: bool = False
    stored: Optional[float] = None


def name_pairs(data: Path) -> list[Pair]:
    with open(data / "matching/name_pairs.csv", encoding="utf-8", newline="") as file:
        return [
            Pair(
                row["schema"],
                row["name1"],
                row["name2"],
                row["is_match"] == "true",
                stored=float(row["logic_v2_score"]) if row["logic_v2_score"] else None,
            )
            for row in csv.DictReader(file)
        ]


def cross_script_pairs(data: Path) -> list[Pair]:
    with open(data / "matching/cross_script_pairs.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Pair(
            row["schema"],
            row["latin"],
            row["other"],
            row["match"],
            group=f"{row['script']} {row['schema']}",
            easy=row["kind"] == "random",
        )
        for row in rows
    ]


def scores_of_interdict(pairs: list[Pair], interdict: str) -> list[float]:
    import io

    given = io.StringIO()
    writer = csv.writer(given)
    writer.writerow(["schema", "name1", "name2"])
    writer.writerows((pair.schema, pair.left, pair.right) for pair in pairs)
    text, _, _ = child([interdict, "compare", "--input", "-"], given.getvalue())
    scores = [float(row["score"]) for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert len(scores) == len(pairs), "one line for each pair"
    return scores


def scores_of_logic_v2(pairs: list[Pair]) -> list[float]:
    logic = LogicV2({})
    return [logic.score(logic.entity(pair.schema, pair.left), logic.entity(pair.schema, pair.right)) for pair in pairs]


def scores_of_rapidfuzz(pairs: list[Pair]) -> list[float]:
    from rapidfuzz import utils
    from rapidfuzz.distance import JaroWinkler

    return [
        JaroWinkler.similarity(utils.default_process(pair.left), utils.default_process(pair.right)) for pair in pairs
    ]


def quality(pairs: list[Pair], scores: list[float], threshold: float) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    hits = sum(pair.same and score >= threshold for pair, score in zip(pairs, scores))
    said = sum(score >= threshold for score in scores)
    true = sum(pair.same for pair in pairs)
    precision, recall = hits / max(said, 1), hits / max(true, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def best_threshold(pairs: list[Pair], scores: list[float]) -> float:
    return max(sorted(set(scores)), key=lambda threshold: quality(pairs, scores, threshold)[2])


def recall_at(pairs: list[Pair], scores: list[float], most_false: float) -> float:
    """Recall at the lowest threshold at which no more than this share of the different pairs is taken for the same."""
    wrong = sorted((score for pair, score in zip(pairs, scores) if not pair.same), reverse=True)
    allowed = int(most_false * len(wrong))
    # Everything above the first wrong pair that is one too many.
    bar = wrong[allowed] if allowed < len(wrong) else -1.0
    true = [score for pair, score in zip(pairs, scores) if pair.same]
    return sum(score > bar for score in true) / len(true)


# --- The report ------------------------------------------------------------------------------------------------------


def in_a_process_of_its_own(part: str, arguments: argparse.Namespace) -> dict:
    command = [sys.executable, __file__, "--data", arguments.data, "--queries", str(arguments.queries), "--part", part]
    print(f"measuring {part} …", file=sys.stderr)
    text, _, _ = child([*command, "--interdict", arguments.interdict, "--timer", arguments.timer])
    return json.loads(text)


def measure(part: str, arguments: argparse.Namespace) -> dict:
    data = Path(arguments.data)
    fast = part in ("interdict", "rapidfuzz")
    count = arguments.queries * (FAST if fast else 1)
    # The warm-up names come from behind the longest set.
    drawn = queries(data, arguments.queries * FAST + WARM)
    asked, warm = drawn[:count], drawn[-WARM:]
    before = time.process_time()
    result = {
        "logic-v2-blocker": lambda: run_logic_v2_blocker(data, asked, warm),
        "logic-v2-memory": lambda: run_logic_v2_memory(data, asked, warm),
        "rapidfuzz": lambda: run_rapidfuzz(data, asked, warm),
        "interdict": lambda: run_interdict(data, asked, arguments.interdict, arguments.timer),
    }[part]()
    if part != "interdict":
        result["ready"] -= before
        result["memory"] = peak_memory()
    return result


def median_of(results: tuple[dict, ...]) -> dict:
    """One result, each of its figures the median over the rounds; what was found is the same in all."""
    merged = dict(results[0])
    for figure in ("seconds", "ready", "again", "memory"):
        if figure in merged:
            merged[figure] = statistics.median(result[figure] for result in results)
    if "latencies" in merged:
        for figure, share in (("p50", 0.5), ("p99", 0.99)):
            merged[figure] = statistics.median(percentile(result["latencies"], share) for result in results)
    return merged


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * share) - 1, 0)]


def number(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def speed_row(title: str, result: dict, drawn: list[Query], ours: dict, answered_by_all: int) -> str:
    asked = drawn[: len(result["found"])]
    rate, own_rate = len(asked) / result["seconds"], len(ours["found"]) / ours["seconds"]
    common = list(zip(asked, result["found"]))[:answered_by_all]
    meant = [(query.means, found) for query, found in common if query.means]
    ordinary = [found for query, found in common if not query.means]

    def share(count: int, of: list) -> str:
        return f"{100 * count / len(of):.1f} %"

    cells = [
        title,
        str(len(asked)),
        number(rate),
        "1" if result is ours else f"1 / {number(own_rate / rate)}",
        f"{result['p50'] * 1e3:.2f} ms" if "p50" in result else "–",
        f"{result['p99'] * 1e3:.2f} ms" if "p99" in result else "–",
        share(sum(means in found for means, found in meant), meant),
        share(sum(bool(found) for found in ordinary), ordinary),
        f"{result['ready']:.1f} s",
        f"{result['memory']:.0f} MB",
    ]
    return f"| {' | '.join(cells)} |"


def machine() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def report(arguments: argparse.Namespace) -> Iterator[str]:
    data = Path(arguments.data)
    pairs, across = name_pairs(data), cross_script_pairs(data)
    print("scoring pairs …", file=sys.stderr)
    systems: dict[str, Callable[[list[Pair]], list[float]]] = {
        "Interdict": lambda pairs: scores_of_interdict(pairs, arguments.interdict),
        "logic-v2": scores_of_logic_v2,
        "Jaro-Winkler": scores_of_rapidfuzz,
    }
    scores = {name: (score(pairs), score(across)) for name, score in systems.items()}
    parts = ["interdict", "rapidfuzz", "logic-v2-memory", "logic-v2-blocker"]
    # By turns: what else the machine does then falls on all of them.
    rounds = [[in_a_process_of_its_own(part, arguments) for part in parts] for _ in range(ROUNDS)]
    ours, fuzz, memory, blocker = (median_of(results) for results in zip(*rounds))
    drawn = queries(data, arguments.queries * FAST + WARM)

    packages = ", ".join(f"{name} {version(name)}" for name in ("nomenklatura", "rigour", "followthemoney", "rapidfuzz"))
    yield "## Names beside peers\n"
    yield f"`bench/peers/run DATA {arguments.queries}`\n"
    yield f"One core, {machine()}, Python {platform.python_version()}, {packages}.\n"
    yield "### Speed against 24607 entities\n"
    yield (
        "A quarter each: names of listed companies, of SEC registrants, of made-up persons, and names of the list with "
        "one letter changed. At most 5 matches, each system at its usual threshold: "
        f"{', '.join(f'{name} {threshold:g}' for name, threshold in THRESHOLDS.items())}.\n"
    )
    misspelt = sum(query.means is not None for query in drawn[: arguments.queries])
    yield (
        f"| | queries | per CPU-second | ratio to ours | p50 | p99 | {misspelt} misspelt listed names: found | "
        f"{arguments.queries - misspelt} ordinary names: with a match | CPU to get ready | peak memory |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for title, result in [
        ("Interdict, `interdict match`", ours),
        (f"logic-v2, query by query, {memory['compared']:.0f} candidates each", memory),
        (f"logic-v2, all in one batch, {blocker['compared']:.0f} candidates each", blocker),
        ("rapidfuzz Jaro-Winkler, every name", fuzz),
    ]:
        yield speed_row(title, result, drawn, ours, arguments.queries)
    yield (
        f"\nMedians of {ROUNDS} rounds. CPU-seconds of the whole process, list and index ready; Interdict's hold reading queries and writing "
        f"explained answers. A second start of Interdict takes {ours['again'] * 1e3:.0f} ms, since its index is a file. "
        "Latencies: processor time of a query, for Interdict the least wall time of three in a loop over its index. "
        "Candidates of the batch come from nomenklatura's own index, which is in DuckDB and made for batches; query by query "
        "from the same tokens, weights and cuts in memory.\n"
    )
    yield f"### Hand-labelled pairs ({len(pairs)}, {sum(pair.same for pair in pairs)} of them the same)\n"
    yield "| | threshold | precision | recall | F1 | best F1 at any threshold |"
    yield "|---|---:|---:|---:|---:|---:|"
    stored = [pair for pair in pairs if pair.stored is not None]
    for title, name, rows, values in [
        ("Interdict", "Interdict", pairs, scores["Interdict"][0]),
        ("logic-v2, recomputed", "logic-v2", pairs, scores["logic-v2"][0]),
        (f"logic-v2, as stored with {len(stored)} of them", "logic-v2", stored, [pair.stored for pair in stored]),
        ("rapidfuzz Jaro-Winkler", "Jaro-Winkler", pairs, scores["Jaro-Winkler"][0]),
    ]:
        precision, recall, f1 = quality(rows, values, THRESHOLDS[name])
        best = best_threshold(rows, values)
        top = f"{quality(rows, values, best)[2]:.3f} at {best:.3f}"
        yield f"| {title} | {THRESHOLDS[name]:g} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {top} |"
    yield "\nThe best threshold is chosen on these very pairs.\n"
    yield "### Across scripts\n"
    yield (
        "Recall at the lowest threshold at which at most 1 % of the different pairs are taken for the same, chosen for each "
        "row and system on the row itself: of different pairs drawn at random / of all different pairs, half of which are "
        "near misses. In brackets: recall and false positives of all at the system's usual threshold. logic-v2's score "
        "depends on which name asks: here the Latin one.\n"
    )
    yield f"| | same | different: random / all | {' | '.join(systems)} |"
    yield "|---|---:|---:|---:|---:|---:|"
    for group in sorted({pair.group for pair in across}):
        places = [place for place, pair in enumerate(across) if pair.group == group]
        members = [across[place] for place in places]
        same = [pair for pair in members if pair.same]
        easy = [pair for pair in members if pair.easy]
        if not easy:
            # Nothing to be wrong about.
            continue
        cells = []
        for name in systems:
            values = [scores[name][1][place] for place in places]
            kept = [place for place, pair in enumerate(members) if pair.same or pair.easy]
            at_random = recall_at([members[place] for place in kept], [values[place] for place in kept], 0.01)
            _, recall, _ = quality(members, values, THRESHOLDS[name])
            wrong = sum(not pair.same and value >= THRESHOLDS[name] for pair, value in zip(members, values))
            false_positives = 100 * wrong / (len(members) - len(same))
            cells.append(
                f"{at_random:.3f} / {recall_at(members, values, 0.01):.3f} ({recall:.3f}, {false_positives:.1f} %)"
            )
        different = f"{len(easy)} / {len(members) - len(same)}"
        yield f"| {group} | {len(same)} | {different} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--interdict", required=True, help="the binary")
    parser.add_argument("--timer", required=True, help="the example `queries` of the crate names")
    parser.add_argument("--part", help="measure one system and print JSON")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if arguments.part:
        json.dump(measure(arguments.part, arguments), sys.stdout)
        return
    for line in report(arguments):
        print(line)


if __name__ == "__main__":
    main()
