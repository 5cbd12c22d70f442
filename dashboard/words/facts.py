"""The sentences that exports are given for the facts of an answer."""

from functools import partial

from dashboard.words.acts import evidence_title
from dashboard.words.advice import engagement_words, hint_words, near_words
from dashboard.words.cautions import hop_warnings, path_warnings
from dashboard.words.json import answer_to_dict
from dashboard.words.notes import note_words
from dashboard.words.people import candidate_words
from dashboard.words.program import Program
from graph.export.tables import Words


def words_for(program: Program) -> Words:
    """Give the sentences, with the commands in them as the program is called."""
    return Words(
        hop_warnings=hop_warnings,
        path_warnings=path_warnings,
        near=near_words,
        hint=partial(hint_words, program=program),
        engagement=engagement_words,
        note=partial(note_words, program=program),
        candidate=candidate_words,
        title=evidence_title,
        answer=partial(answer_to_dict, program=program),
    )
