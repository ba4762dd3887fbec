"""Is this one of those? Names and registration numbers compared, for lists of barred parties and for parties
that are registered twice. Nothing in here touches a table or a clock; a person judges what it proposes."""
