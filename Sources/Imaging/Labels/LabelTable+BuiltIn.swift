extension LabelTable {
  /// The tables that have a name of their own.
  public static let builtIn: [LabelTable] = [.bids, .freesurfer, .brainweb, .ibsr, .fsl]

  /// Those with the fewest labels first: where several read a map alike, the first of them fits it most closely.
  package static let closestFirst = builtIn.sorted { $0.entries.count < $1.entries.count }

  /// The table of a name; `nil` if no built-in table has it.
  public static func named(_ name: String) -> LabelTable? {
    builtIn.first { $0.name == name }
  }

  /// A built-in table's name, or the path of a TSV: what `--label-table` takes.
  ///
  /// - Throws: as `init(contentsOf:)`; `LabelTableError.noSuchTable` where it is neither.
  public init(nameOrPath: String) throws(LabelTableError) {
    if let table = LabelTable.named(nameOrPath) {
      self = table
    } else {
      try self.init(contentsOf: nameOrPath)
    }
  }

  /// Labels of BIDS derivatives, and of grisea's own output.
  public static let bids = LabelTable(
    name: "bids",
    entries: Tissue.allCases.map { Entry($0.rawValue, $0.name, $0) }
      + GrayMatterPart.allCases.map { Entry($0.rawValue, $0.name, .grayMatter) })

  /// Tissue labels of the Internet Brain Segmentation Repository's 18 scans. Its CSF is ventricular only.
  public static let ibsr = LabelTable(
    name: "ibsr",
    entries: [
      Entry(0, "background", .background), Entry(1, "CSF", .csf), Entry(2, "GM", .grayMatter),
      Entry(3, "WM", .whiteMatter),
    ])

  /// Tissue labels in ascending order of their intensities in T1-weighted scans, as FSL's FAST and ANTs' Atropos write
  /// them.
  public static let fsl = LabelTable(
    name: "fsl",
    entries: [
      Entry(0, "background", .background), Entry(1, "CSF", .csf), Entry(2, "GM", .grayMatter),
      Entry(3, "WM", .whiteMatter),
    ])

  /// Classes of BrainWeb's normal brains (Aubert-Broche et al. 2006).
  public static let brainweb = LabelTable(
    name: "brainweb",
    entries: [
      Entry(0, "background", .background), Entry(1, "CSF", .csf), Entry(2, "GM", .grayMatter),
      Entry(3, "WM", .whiteMatter), Entry(4, "fat", .background), Entry(5, "muscle", .background),
      Entry(6, "muscle and skin", .background), Entry(7, "skull", .background),
      Entry(8, "vessels", .background), Entry(9, "fat around eyes and brain", .background),
      Entry(10, "dura", .background), Entry(11, "marrow", .background),
    ])
}
