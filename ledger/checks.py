def walls_check(**kw):
    return []
