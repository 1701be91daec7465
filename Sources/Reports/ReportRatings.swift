/// What the reader does with the ratings of the cards: the number of ratings, and a button that saves them as a table.
///
/// The browser keeps the ratings for the page, so that they are still there after it was closed.
public struct ReportRatings: ReportContent {
  /// Creates the controls.
  public init() {}

  /// The controls as HTML. The script fills in the number of ratings.
  public var html: String {
    """
    <div class="ratings">
    <p>Rate each scan as pass or fail, with a comment. The browser keeps the ratings for this page. \
    Save them as <code>ratings.tsv</code>, with the columns <code>scan</code>, <code>rating</code> and \
    <code>comment</code>.</p>
    <button type="button" class="save-ratings">Save ratings as TSV</button>
    <button type="button" class="clear-ratings">Clear ratings</button>
    <span class="rated" role="status"></span>
    </div>
    """
  }
}
