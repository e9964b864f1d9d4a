"""The names of the tasks; imports no simulator.

The first are taught, the second are never shown: reversed, relational, conditional,
of another size, among distractors.
"""

BASE: tuple[str, ...] = (
    "base/close-jar",
    "base/light-bulb-in",
    "base/insert-onto-square-peg",
    "base/open-drawer",
    "base/put-item-in-drawer",
    "base/push-buttons",
    "base/slide-block-to-target",
    "base/stack-blocks",
    "base/meat-off-grill",
    "base/place-cups",
    "base/place-wine",
    "base/stack-cups",
)
NOVEL: tuple[str, ...] = (
    "novel/close-jar-banana",
    "novel/close-jar-distractor",
    "novel/close-drawer",
    "novel/open-drawer-small",
    "novel/push-buttons-light",
    "novel/condition-block",
    "novel/meat-on-grill",
    "novel/stack-cups-blocks",
)
