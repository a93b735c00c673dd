"""What the voice agent says and does: pure, without clock, database or network (`today` is given by the caller).

`understanding` reads one utterance, `states` decides, `speaking` says it: `acts` holds the approved texts, `guard`
checks every sentence before it is spoken. An LLM has no part in it: no figure, date or commitment comes from anywhere
but this code.
"""
