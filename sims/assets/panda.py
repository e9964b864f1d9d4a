"""A light Franka Panda, made from the one that comes with PyBullet.

The visual meshes of the original cost 18 ms a picture; the collision meshes look
nearly the same. The fingers become boxes, whose flat pads hold what they grip.
"""

from pathlib import Path
from xml.etree import ElementTree as Xml

WHITE = "0.93 0.94 0.95 1"
DARK = "0.23 0.24 0.26 1"
DARK_LINKS = ("panda_link0", "panda_link3", "panda_link5", "panda_link7")
FINGERS = {"panda_leftfinger": 1.0, "panda_rightfinger": -1.0}
# Size and centre of each box of a finger, in its frame, [m]; the pad is at y = 0.
FINGER_BOXES = (
    ((0.020, 0.014, 0.022), (0.0, 0.007, 0.0427)),
    ((0.020, 0.020, 0.034), (0.0, 0.016, 0.0160)),
)


def panda_urdf(data: Path) -> str:
    """Return URDF text for the model under PyBullet's `data` folder."""
    folder = data / "franka_panda"
    root = Xml.parse(folder / "panda.urdf").getroot()
    for link in root.findall("link"):
        name = link.attrib["name"]
        for role in ("visual", "contact") + (("collision",) if name in FINGERS else ()):
            for element in link.findall(role):
                link.remove(element)
        if name in FINGERS:
            _add_finger(link, FINGERS[name])
        collision = link.find("collision/geometry/mesh")
        if collision is not None:
            file = collision.attrib["filename"].removeprefix("package://")
            collision.set("filename", str(folder / file))
            dark = name in DARK_LINKS
            _add_visual(link, collision, DARK if dark else WHITE)
    return Xml.tostring(root, encoding="unicode")


def _add_finger(link: Xml.Element, side: float) -> None:
    for size, (x, y, z) in FINGER_BOXES:
        box = Xml.Element("box", size=" ".join(map(str, size)))
        for role in ("visual", "collision"):
            element = Xml.SubElement(link, role)
            Xml.SubElement(element, "origin", xyz=f"{x} {side * y} {z}", rpy="0 0 0")
            Xml.SubElement(element, "geometry").append(box)
            if role == "visual":
                _paint(element, f"{link.attrib['name']}_paint", DARK)


def _add_visual(link: Xml.Element, geometry: Xml.Element, rgba: str) -> None:
    visual = Xml.SubElement(link, "visual")
    Xml.SubElement(visual, "geometry").append(geometry)
    _paint(visual, f"{link.attrib['name']}_paint", rgba)


def _paint(visual: Xml.Element, name: str, rgba: str) -> None:
    material = Xml.SubElement(visual, "material", name=name)
    Xml.SubElement(material, "color", rgba=rgba)
