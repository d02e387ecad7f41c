"""The shapes of the wire: what stands in answers, in the history, in webhooks; keys in the order of the document."""
