# The modules that published programs import these from.
perception_utils = plan_utils = action_utils = _Namespace()
plan_utils.detect, plan_utils.parse_query_obj, plan_utils.execute = detect, parse_query_obj, execute
plan_utils.cm2index, plan_utils.index2cm = cm2index, index2cm
plan_utils.set_voxel_by_radius, plan_utils.pointat2quat = set_voxel_by_radius, vec2quat
plan_utils.vec2quat, plan_utils.get_ee_pos = vec2quat, get_ee_pos
plan_utils.get_empty_affordance_map = get_empty_affordance_map
plan_utils.get_empty_avoidance_map = get_empty_avoidance_map
plan_utils.get_empty_velocity_map = get_empty_velocity_map
plan_utils.get_empty_rotation_map = get_empty_rotation_map
plan_utils.get_empty_gripper_map = get_empty_gripper_map
plan_utils.reset_to_default_pose = reset_to_default_pose
