# Objects as last seen, and how they are looked for.

class Obj:
    """An object as last seen."""

    def __init__(self, d):
        self._id = d['id']
        self.name = d['name']
        self.colour = self.color = d['colour']
        self.shape = d['shape']
        self.position = Vec(d['position'])
        self.world_position = self._position_world = Vec(d['world_position'])
        self.aabb = _vec(d['aabb'])
        self.world_aabb = _vec(d['world_aabb'])
        self.normal = Vec(d['normal'])
        self.axis = Vec(d['axis'])
        self.size_cm = Vec(d['size_cm'])
        self.grasp_quat = Vec(d['grasp_quat'])
        self.occupancy_map = Map('affordance', [['object', d['id'], 0.0, 1.0]], 1)
        self.occupancy_map._object = d['id']

    def __getitem__(self, key):
        facts = {
            'name': self.name,
            'position': self.position,
            'world_position': self.world_position,
            'aabb': self.aabb,
            'normal': self.normal,
            'occupancy_map': self.occupancy_map,
        }
        if key not in facts:
            raise KeyError(key)
        return facts[key]

    # The same thing seen twice is one thing: `if b != target`, `b in others`.
    def __eq__(self, o): return _is(o, Obj) and self._id == o._id
    def __hash__(self): return self._id
    def __repr__(self): return f'<{self.name} at {self.position}>'
    def __str__(self): return _repr(self)


_HAND_ID = -2


def _seen(d):
    if d['id'] == _HAND_ID and _state['from_start']:
        _state['hand_seen'] = _state['hand_seen'] or d
        d = _state['hand_seen']
    return Obj(d)


def detect(name, _line=0):
    return _seen(_detect(name, _line)[0])


def detect_all(name, _line=0):
    return [_seen(d) for d in _detect(name, _line)]


def parse_query_obj(phrase, _line=0):
    found = [_seen(d) for d in _find(phrase, _line)]
    if _plural(phrase):
        return found
    return found[0] if _len(found) else None


def _plural(phrase):
    words = phrase.lower().split()
    if _len(words) == 0:
        return False
    if words[0] in ('all', 'every', 'each', 'any', 'both'):
        return True
    stops = ('closest', 'nearest', 'on', 'in', 'to', 'of', 'that', 'with', 'by', 'near')
    head = words[0]
    for word in words:
        if word in stops:
            break
        head = word
    return head.endswith('s') and not head.endswith('ss')


def is_visible(phrase, _line=0):
    return _len(_find(phrase, _line)) > 0
