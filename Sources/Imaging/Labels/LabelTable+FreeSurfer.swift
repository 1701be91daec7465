extension LabelTable {
  /// The labels of FreeSurfer's aseg, aparc+aseg, aparc.a2009s+aseg and wmparc, and the head tissue labels (502–530) of
  /// the maps published with SynthSeg (Billot et al. 2023).
  ///
  /// The codes are those of FreeSurferColorLUT. Some assignments are conventions and not anatomy:
  /// - Brain stem, ventral diencephalon and optic chiasm are mixed and mostly fibres. They are WM, as in tissue maps.
  /// - The pallidum is GM, although its contrast is close to that of WM.
  /// - Vessels (30, 62) are perivascular spaces in and below the putamen. They are CSF, and so is the choroid plexus.
  /// - Lesions and WM hypointensities are WM by their position, whatever their intensity.
  /// - 1004 and 2004, where the cortical ribbon crosses the corpus callosum, are GM like the aseg below them.
  /// - 136, 137, 163 and 164 are the contents of the ventricles beside the plexus in SynthSeg's maps: CSF. FreeSurfer's
  ///   list gives 136 and 137 another meaning, but none of its tools writes them.
  public static let freesurfer = LabelTable(
    name: "freesurfer", entries: deepStructures + fluid + white + parcellations + outside)

  private static let deepStructures =
    pairs(
      .grayMatter,
      [
        (3, 42, "Cerebral-Cortex"), (8, 47, "Cerebellum-Cortex"), (9, 48, "Thalamus-unrefined"),
        (10, 49, "Thalamus"), (11, 50, "Caudate"), (12, 51, "Putamen"), (13, 52, "Pallidum"),
        (17, 53, "Hippocampus"), (18, 54, "Amygdala"), (19, 55, "Insula"), (20, 56, "Operculum"),
        (26, 58, "Accumbens-area"), (27, 59, "Substantia-Nigra"), (81, 82, "non-WM-hypointensities"),
        (96, 97, "Amygdala-Anterior"), (138, 139, "Claustrum"),
      ]) + [Entry(80, "non-WM-hypointensities", .grayMatter)]

  private static let fluid =
    pairs(
      .csf,
      [
        (4, 43, "Lateral-Ventricle"), (5, 44, "Inf-Lat-Vent"), (30, 62, "vessel"),
        (31, 63, "choroid-plexus"), (75, 76, "Lateral-Ventricles"), (136, 163, "plexus, lateral ventricle"),
        (137, 164, "plexus, inferior horn"),
      ]) + [
      Entry(14, "3rd-Ventricle", .csf), Entry(15, "4th-Ventricle", .csf), Entry(24, "CSF", .csf),
      Entry(72, "5th-Ventricle", .csf), Entry(122, "CSF-SA", .csf), Entry(257, "CSF-ExtraCerebral", .csf),
    ]

  private static let white =
    pairs(
      .whiteMatter,
      [
        (2, 41, "Cerebral-White-Matter"), (7, 46, "Cerebellum-White-Matter"), (25, 57, "Lesion"),
        (28, 60, "VentralDC"), (78, 79, "WM-hypointensities"), (5001, 5002, "UnsegmentedWhiteMatter"),
      ]) + [
      Entry(16, "Brain-Stem", .whiteMatter), Entry(77, "WM-hypointensities", .whiteMatter),
      Entry(85, "Optic-Chiasm", .whiteMatter), Entry(86, "Corpus_Callosum", .whiteMatter),
      Entry(192, "Corpus_Callosum", .whiteMatter), Entry(250, "Fornix", .whiteMatter),
      Entry(251, through: 255, "Corpus_Callosum parts", .whiteMatter),
    ]

  /// The parcellations: cortex (`ctx-…`) is GM, and the white matter below each gyrus in wmparc (`wm-…`) is WM.
  private static let parcellations = [
    Entry(1000, through: 1999, "ctx-lh", .grayMatter), Entry(2000, through: 2999, "ctx-rh", .grayMatter),
    Entry(3000, through: 3999, "wm-lh", .whiteMatter), Entry(4000, through: 4999, "wm-rh", .whiteMatter),
    Entry(11100, through: 11199, "ctx_lh a2009s", .grayMatter),
    Entry(12100, through: 12199, "ctx_rh a2009s", .grayMatter),
    Entry(13100, through: 13199, "wm_lh a2009s", .whiteMatter),
    Entry(14100, through: 14199, "wm_rh a2009s", .whiteMatter),
  ]

  private static let outside =
    pairs(.background, [(1, 40, "Cerebral-Exterior"), (6, 45, "Cerebellum-Exterior")]) + [
      Entry(0, "Unknown", .background), Entry(98, "Dura", .background), Entry(165, "Skull", .background),
      Entry(258, "Head-ExtraCerebral", .background),
      Entry(502, "artery", .background), Entry(503, through: 505, "head tissue", .background),
      Entry(506, "eye", .background),
      Entry(507, "other soft tissue", .background), Entry(508, "eye muscle", .background),
      Entry(509, "mucosa", .background), Entry(510, "head tissue", .background),
      Entry(511, "skin", .background), Entry(512, "spinal cord", .background),
      Entry(513, "head tissue", .background), Entry(514, "vein", .background),
      Entry(515, "cortical bone", .background), Entry(516, "cancellous bone", .background),
      Entry(517, through: 529, "head tissue", .background),
      Entry(530, "optic nerve", .background),
    ]

  /// Returns a left and a right entry for each structure.
  private static func pairs(_ tissue: Tissue, _ codes: [(UInt16, UInt16, String)]) -> [Entry] {
    codes.flatMap { [Entry($0.0, "Left-" + $0.2, tissue), Entry($0.1, "Right-" + $0.2, tissue)] }
  }
}
