/// A plane of the body. Pictures are cut along these planes of world space, not along voxel axes, so that a
/// scan stored in any order, or tilted, is shown upright.
public enum SlicePlane: String, CaseIterable, Sendable {
  /// Seen from above or below: front of the head up.
  case axial
  /// Seen from the front or back: top of the head up.
  case coronal
  /// Seen from the right: front of the head to the right, top up.
  case sagittal

  /// World axes (0 right, 1 front, 2 up) along the picture's width and height, and through it.
  var axes: (across: Int, up: Int, through: Int) {
    switch self {
    case .axial: (0, 1, 2)
    case .coronal: (0, 2, 1)
    case .sagittal: (1, 2, 0)
    }
  }
}

/// On which side of an axial or coronal picture the right side of the body appears.
public enum SliceConvention: String, Sendable {
  /// Right is right, as if seen from behind or above; the default of research software.
  case neurological
  /// Right is left, as if the patient were faced.
  case radiological
}
