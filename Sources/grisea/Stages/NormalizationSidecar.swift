import Files
import Imaging
import Morphometry

/// The JSON file beside an image of a normalized scan. It holds no time and nothing about the machine.
struct NormalizationSidecar: Encodable, Hashable {
  var description: String
  /// Gray and white matter of the scan, as BIDS URIs or file names.
  var sources: [String]
  /// The name of the space that the image lies in.
  var space: String
  var templateHash: ContentHash
  /// The voxel size in words.
  var resolution: String?
  var modulation: String?
  var units: String?
  /// Full width at half maximum in mm.
  var smoothing: Double?
  /// Weight of the membrane energy.
  var membrane: Double
  /// Weight of the bending energy in mm².
  var bending: Double
  var program: String

  private enum CodingKeys: String, CodingKey {
    case description = "Description"
    case sources = "Sources"
    case space = "SpatialReference"
    case templateHash = "TemplateSHA256"
    case resolution = "Resolution"
    case modulation = "Modulation"
    case units = "Units"
    case smoothing = "SmoothingFWHM"
    case membrane = "MembraneEnergyWeight"
    case bending = "BendingEnergyWeight"
    case program = "Program"
  }
}

/// What sidecars of one batch have in common.
struct NormalizationSidecars: Sendable {
  let space: String
  let templateHash: ContentHash
  let spacing: Double
  let settings: RegistrationSettings
  let options: NormalizedScan.Options
  let version: String

  /// Returns the sidecars of a scan's images, each with its path.
  func all(of files: NormalizationFiles, sources: [String]) -> [(path: String, sidecar: NormalizationSidecar)]
  {
    let words = Self.words(options.modulation)
    var images: [(String, NormalizationSidecar)] = []
    func add(_ image: String?, _ text: String, _ change: (inout NormalizationSidecar) -> Void = { _ in }) {
      guard let image else { return }
      var sidecar = NormalizationSidecar(
        description: text, sources: sources, space: space, templateHash: templateHash,
        membrane: settings.membrane, bending: settings.bending, program: "grisea \(version)")
      change(&sidecar)
      images.append((NormalizationFiles.sidecar(of: image), sidecar))
    }
    func map(_ sidecar: inout NormalizationSidecar) {
      sidecar.resolution = "\(spacing) mm isotropic"
      sidecar.modulation = options.modulation.rawValue
      sidecar.units = words.units
    }
    add(files.gray, "Probability of gray matter in the template's space, 0 to 1") {
      map(&$0)
      ($0.modulation, $0.units) = (ScanNormalization.Modulation.none.rawValue, "probability")
    }
    add(files.modulated, "Gray matter in the template's space, \(words.text)", map)
    add(files.smoothed, "Gray matter in the template's space, \(words.text), smoothed by a Gaussian") {
      map(&$0)
      $0.smoothing = options.smoothing
    }
    let fields = "ITK displacement field in mm (LPS), affine included:"
    add(files.toTemplate, "\(fields) brings images of the scan into the template's space")
    add(files.toScan, "\(fields) brings images of the template into the scan's space") {
      $0.space = sources.first ?? space
    }
    return images
  }

  private static func words(_ modulation: ScanNormalization.Modulation) -> (text: String, units: String) {
    switch modulation {
    case .all: ("modulated by the Jacobian determinant of the whole map", "ml per ml")
    case .nonlinear:
      ("modulated by the Jacobian determinant of the nonlinear map alone", "ml per ml, head size taken out")
    case .none: ("not modulated", "probability")
    }
  }
}
