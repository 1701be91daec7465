extension LabelTable {
  /// The built-in tables.
  public static let builtIn: [LabelTable] = [.bids, .freesurfer, .brainweb, .ibsr, .fsl]

  /// The built-in tables in ascending order of their number of labels. Of several tables that read a map in the same
  /// way, the first fits it most closely.
  package static let closestFirst = builtIn.sorted { $0.entries.count < $1.entries.count }

  /// Returns the built-in table with a name, or `nil` if there is none.
  public static func named(_ name: String) -> LabelTable? {
    builtIn.first { $0.name == name }
  }

  /// Makes the table for a value of `--label-table`: the name of a built-in table, or the path of a TSV.
  /// - Throws: `LabelTableError`; `.noSuchTable` if the value is neither.
  public init(nameOrPath: String) throws(LabelTableError) {
    if let table = LabelTable.named(nameOrPath) {
      self = table
    } else {
      try self.init(contentsOf: nameOrPath)
    }
  }

  /// The labels of BIDS derivatives and of grisea's own output.
  public static let bids = LabelTable(
    name: "bids",
    entries: Tissue.allCases.map { Entry($0.rawValue, $0.name, $0) }
      + GrayMatterPart.allCases.map { Entry($0.rawValue, $0.name, .grayMatter) })

  /// The tissue labels of the 18 scans of the Internet Brain Segmentation Repository. Their CSF is that of the
  /// ventricles.
  public static let ibsr = LabelTable(
    name: "ibsr",
    entries: [
      Entry(0, "background", .background), Entry(1, "CSF", .csf), Entry(2, "GM", .grayMatter),
      Entry(3, "WM", .whiteMatter),
    ])

  /// The tissue labels in ascending order of intensity in T1w scans, as written by FSL's FAST and ANTs' Atropos.
  public static let fsl = LabelTable(
    name: "fsl",
    entries: [
      Entry(0, "background", .background), Entry(1, "CSF", .csf), Entry(2, "GM", .grayMatter),
      Entry(3, "WM", .whiteMatter),
    ])

  /// The tissue classes of BrainWeb's normal brains (Aubert-Broche et al. 2006).
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
