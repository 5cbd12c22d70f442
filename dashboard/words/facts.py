"""The sentences that exports and JSON are given for the facts of an answer."""

from dashboard.words.advice import engagement_words, hint_words, near_words
from dashboard.words.cautions import hop_warnings, path_warnings
from dashboard.words.notes import note_words
from graph.export.tables import Words

WORDS = Words(
    hop_warnings=hop_warnings,
    path_warnings=path_warnings,
    near=near_words,
    hint=hint_words,
    engagement=engagement_words,
    note=note_words,
)
