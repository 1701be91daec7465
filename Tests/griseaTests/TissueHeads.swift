import Foundation
import Imaging
import TestSupport

/// Maps of gray and white matter by formula: a folded shell of gray matter around white matter, at 3 mm.
struct TissueHeads {
  static let grid = Grid(
    shape: [44, 46, 44], affine: Affine(spacing: [3, 3, 3], origin: [-64.5, -67.5, -64.5]))

  /// Where the head stands, and how its surface differs from others; millimetres.
  var shift = SIMD3<Double>.zero
  var phase = 0.0
  /// The share of gray matter that is lost where x, y and z of the head are below −8 mm.
  var loss = 0.0

  private func tissues(_ position: SIMD3<Double>) -> (gray: Float, white: Float) {
    let p = position - shift
    let length = max(1e-6, (p * p).sum().squareRoot())
    let d = p / length
    let radius = 40 + 5 * sin(6 * d.x + 1 + phase) * cos(5 * d.y) + 4 * sin(7 * d.z) * cos(4 * d.x - phase)
    func inside(_ distance: Double) -> Double { 1 / (1 + exp(distance / 1.2)) }
    let (white, brain) = (inside(length - radius + 5), inside(length - radius - 5))
    let kept = p.max() < -8 ? 1 - loss : 1
    return (Float((brain - white) * kept), Float(white))
  }

  var maps: (gray: Volume, white: Volume) {
    let grid = Self.grid
    var (gray, white) = (Volume(grid: grid), Volume(grid: grid))
    for k in 0..<grid.shape.z {
      for j in 0..<grid.shape.y {
        for i in 0..<grid.shape.x {
          let (g, w) = tissues(grid.affine([Double(i), Double(j), Double(k)]))
          (gray[i, j, k], white[i, j, k]) = (g, w)
        }
      }
    }
    return (gray, white)
  }
}

extension Workplace {
  /// Writes both maps of a head: `STEM_label-GM_probseg.nii.gz` and the same of white matter.
  func write(_ head: TissueHeads, stem: String) throws {
    let maps = head.maps
    for (label, map) in [("GM", maps.gray), ("WM", maps.white)] {
      let name = "\(stem)_label-\(label)_probseg.nii.gz"
      try write(Data(), to: name)
      try map.write(to: self(name))
    }
  }

  /// A template of 3 mm in `tpl-shell`, whose registration takes a fraction of a second.
  func writeTemplate() throws { try write(TissueHeads(), stem: "tpl-shell/tpl-shell_res-3") }

  func volume(_ name: String) throws -> Volume { try NIfTIImage(contentsOf: self(name)).volume }
}
