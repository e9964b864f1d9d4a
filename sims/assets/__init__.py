"""Models made by code: colours, URDF text and meshes."""
