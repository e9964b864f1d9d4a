"""URDF text from a few dataclasses: links of boxes, cylinders, spheres, meshes.

Positions are in the link's frame, angles are roll, pitch, yaw in [rad].
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from sims.assets.colours import Rgba

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """One piece of a link.

    Attributes:
        kind: `box` (three sides), `cylinder` (radius, length), `sphere` (radius)
            or `mesh`.
        size: The numbers of the kind, in [m]; none for a mesh.
        xyz: Where it sits, [m].
        rpy: How it is turned, [rad].
        file: OBJ file of a mesh.
        solid: Whether it collides.
        shown: Whether it is drawn.
    """

    kind: str
    size: tuple[float, ...] = ()
    xyz: Triple = (0.0, 0.0, 0.0)
    rpy: Triple = (0.0, 0.0, 0.0)
    file: str = ""
    solid: bool = True
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """A rigid part of one colour.

    Attributes:
        name: Unique in its body.
        shapes: Its pieces.
        colour: Of all of them.
        mass: In [kg].
        centre: Height of the centre of mass in the link's frame, [m].
        aside: Its y there, [m].
    """

    name: str
    shapes: tuple[Shape, ...]
    colour: Rgba
    mass: float
    centre: float = 0.0
    aside: float = 0.0


@dataclass(frozen=True, slots=True)
class Joint:
    """Ties a link to another.

    Attributes:
        kind: `fixed`, `prismatic` or `revolute`.
        parent: Link it hangs on.
        child: Link that moves.
        xyz: Origin of the child in the parent, [m].
        axis: Direction of positive travel, or what it turns about.
        travel: How far it may go, [m] or [rad].
    """

    kind: str
    parent: str
    child: str
    xyz: Triple = (0.0, 0.0, 0.0)
    axis: Triple = (0.0, 0.0, 1.0)
    travel: float = 0.0


def robot(links: Sequence[Link], joints: Sequence[Joint] = ()) -> str:
    """Return the URDF of a body; the first link is its root."""
    root = Xml.Element("robot", name="model")
    for link in links:
        _add_link(root, link)
    for joint in joints:
        _add_joint(root, joint)
    Xml.indent(root)  # Bullet breaks lines longer than 8 kB wherever it is
    return Xml.tostring(root, encoding="unicode")


def _add_link(root: Xml.Element, link: Link) -> None:
    element = Xml.SubElement(root, "link", name=link.name)
    inertial = Xml.SubElement(element, "inertial")
    centre = _numbers((0.0, link.aside, link.centre))
    Xml.SubElement(inertial, "origin", xyz=centre, rpy="0 0 0")
    Xml.SubElement(inertial, "mass", value=repr(link.mass))
    # Bullet computes the inertia from the collision shape; these only parse.
    inertia = {"ixx": "1", "iyy": "1", "izz": "1", "ixy": "0", "ixz": "0", "iyz": "0"}
    Xml.SubElement(inertial, "inertia", inertia)
    for shape in link.shapes:
        if shape.shown:
            visual = _add_shape(element, "visual", shape)
            material = Xml.SubElement(visual, "material", name=f"{link.name}_paint")
            Xml.SubElement(material, "color", rgba=_numbers(link.colour))
        if shape.solid:
            _add_shape(element, "collision", shape)


def _add_shape(link: Xml.Element, role: str, shape: Shape) -> Xml.Element:
    element = Xml.SubElement(link, role)
    Xml.SubElement(element, "origin", xyz=_numbers(shape.xyz), rpy=_numbers(shape.rpy))
    geometry = Xml.SubElement(element, "geometry")
    attributes = {
        "box": lambda: {"size": _numbers(shape.size)},
        "cylinder": lambda: {
            "radius": repr(shape.size[0]),
            "length": repr(shape.size[1]),
        },
        "sphere": lambda: {"radius": repr(shape.size[0])},
        "mesh": lambda: {"filename": shape.file},
    }[shape.kind]()
    Xml.SubElement(geometry, shape.kind, attributes)
    return element


def _add_joint(root: Xml.Element, joint: Joint) -> None:
    name = f"{joint.parent}_{joint.child}"
    element = Xml.SubElement(root, "joint", name=name, type=joint.kind)
    Xml.SubElement(element, "parent", link=joint.parent)
    Xml.SubElement(element, "child", link=joint.child)
    Xml.SubElement(element, "origin", xyz=_numbers(joint.xyz), rpy="0 0 0")
    Xml.SubElement(element, "axis", xyz=_numbers(joint.axis))
    limit = {"lower": "0", "upper": repr(joint.travel), "effort": "100"}
    Xml.SubElement(element, "limit", limit | {"velocity": "2"})


def _numbers(values: Sequence[float]) -> str:
    return " ".join(repr(float(value)) for value in values)
