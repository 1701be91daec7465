"""Opens a report in a real browser and uses it as a reader would.

check_report.py PAGE [PICTURES]: the left side of the first scan must be brighter than its right side. Prints what was found, one fact a line; anything that is not as it should be is an
AssertionError. With a folder for PICTURES, screenshots go there, to be looked at.
"""

import base64
import json
import pathlib
import shutil
import sys
import tempfile
import time
from urllib.parse import unquote, urlsplit

import axe_core_python
import html5lib
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PAGE = pathlib.Path(sys.argv[1]).resolve()
PICTURES = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None


def browser():
    options = webdriver.ChromeOptions()
    options.add_argument("--headless=new")
    options.add_argument("--no-sandbox")  # Chromium has none for root, whom tests in containers run as.
    options.add_argument("--disable-gpu")
    options.add_argument("--disable-dev-shm-usage")  # Containers have little of it.
    options.add_argument("--window-size=1200,1000")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def size(driver, width, height=1000):
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})


def media(driver, scheme, kind="screen"):
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": kind, "features": features})


def picture(driver, name):
    if PICTURES:
        time.sleep(0.5)
        driver.save_screenshot(str(PICTURES / f"{name}.png"))


def addresses(driver):
    """All that the browser asked for."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    return {e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"}


def check_text():
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(PAGE.read_text(encoding="utf-8"))
    print("html5lib: no error")


def check_loading(driver):
    start = time.perf_counter()
    driver.get(PAGE.as_uri())
    print(f"seconds to load: {time.perf_counter() - start:.2f}")
    messages = driver.get_log("browser")
    assert not messages, messages
    asked = {url for url in addresses(driver) if not url.startswith("data:")}
    assert asked <= {PAGE.as_uri()}, asked
    print("requests beside the page: 0")


def check_sorting(driver):
    table = driver.find_element(By.CSS_SELECTOR, "#scans table")
    heads = table.find_elements(By.TAG_NAME, "th")
    rows = len(table.find_elements(By.CSS_SELECTOR, "tbody tr"))
    for index, head in enumerate(heads):
        for direction in "ascending", "descending":
            head.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
            assert head.get_attribute("aria-sort") == direction
            cells = driver.execute_script(
                "return Array.from(arguments[0].tBodies[0].rows, r => r.cells[arguments[1]].textContent)", table, index)
            assert len(cells) == rows
            if index == 0:
                continue
            values = [float(cell) for cell in cells if cell != "n/a"]
            assert values == sorted(values, reverse=direction == "descending"), (index, cells)
    print(f"sorted: {len(heads)} columns of {rows} rows")


def check_links(driver):
    """Links to parts of the page have a target, and files are where links say."""
    links = [a.get_attribute("href") for a in driver.find_elements(By.CSS_SELECTOR, "main a, nav a")]
    inside = [link.split("#")[1] for link in links if link.startswith(PAGE.as_uri() + "#")]
    for name in inside:
        assert driver.find_elements(By.ID, name), name
    outside = [link for link in links if "#" not in link]
    lost = [link for link in outside if not pathlib.Path(unquote(urlsplit(link).path)).exists()]
    assert not lost, lost
    print(f"links: {len(inside)} inside, {len(outside)} to files")


def check_viewer(driver):
    size(driver, 1200, 2400)  # The slices and the viewer below them are seen at once.
    views = driver.find_element(By.CSS_SELECTOR, ".views")
    driver.execute_script("arguments[0].scrollIntoView()", views)
    views.find_element(By.CSS_SELECTOR, "summary").click()
    shown = views.find_element(By.CSS_SELECTOR, ".slice-view")
    slider = views.find_element(By.CSS_SELECTOR, ".slice")
    pictures = {}
    for plane in views.find_elements(By.CSS_SELECTOR, "input[type=radio]"):
        plane.click()
        before = shown.get_dom_attribute("viewBox")
        pictures[before] = shown.screenshot_as_png
        slider.send_keys(Keys.ARROW_RIGHT)
        assert shown.get_dom_attribute("viewBox") != before
        pictures[shown.get_dom_attribute("viewBox")] = shown.screenshot_as_png
        print(f"viewer: {shown.get_dom_attribute('aria-label')}")
    assert len(set(pictures.values())) == len(pictures), "each slice looks different"
    ends = [views.find_element(By.CSS_SELECTOR, f".stage .{side}") for side in ("left", "right")]
    assert [end.text for end in ends] == ["P", "A"], "the last plane is the sagittal one"
    assert ends[0].rect["x"] < ends[1].rect["x"]
    position = slider.get_attribute("value")
    driver.execute_script(
        "arguments[0].dispatchEvent(new WheelEvent('wheel', {deltaY: 100, cancelable: true}))", shown)
    assert slider.get_attribute("value") == str(int(position) + 1)
    whole = shown.screenshot_as_png
    opacity = views.find_element(By.CSS_SELECTOR, ".opacity")
    opacity.send_keys(Keys.HOME)
    mask = shown.find_element(By.CSS_SELECTOR, ".mask")
    assert mask.value_of_css_property("opacity") == "0"
    assert shown.screenshot_as_png != whole, "without the mask the slice looks different"
    opacity.send_keys(Keys.END)
    assert shown.screenshot_as_png == whole
    picture(driver, "viewer")
    size(driver, 1200)


SLICE = """
const [views, done] = arguments;
const strip = views.querySelector("input[type=radio]").dataset;
const image = new Image();
image.onload = () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const [width, height] = [Number(strip.width), Number(strip.height)];
  const gap = Number(views.querySelector(".slice-view").dataset.gap);
  const x = Math.floor(strip.count / 2) * (width + gap);
  const mean = left => {
    const data = context.getImageData(x + left, Number(strip.top), Math.floor(width / 3), height).data;
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum += data[i];
    return sum;
  };
  done([mean(0), mean(width - Math.floor(width / 3)), strip.left, strip.right]);
};
image.src = views.querySelector("image").getAttribute("href");
"""


def check_sides(driver):
    """L is where the picture of the first scan is brighter, in the data of the viewer and in the slices side by side."""
    views = driver.find_element(By.CSS_SELECTOR, ".views")
    left, right, *ends = driver.execute_async_script(SLICE, views)
    assert ends == (["L", "R"] if left > right else ["R", "L"]), (left, right, ends)
    letters = [(float(text.get_dom_attribute("x")), text.text) for text in views.find_elements(By.CSS_SELECTOR, ".side")]
    assert [text for _, text in letters] == ["L", "R"] * 8 + ["P", "A"] * 4, letters
    assert all(first[0] < second[0] for first, second in zip(letters[::2], letters[1::2]))
    print("sides: L is where the scan is marked")


def check_tissues(driver):
    """Each tissue has a box that hides it."""
    views = driver.find_element(By.CSS_SELECTOR, ".views")
    boxes = views.find_elements(By.CSS_SELECTOR, ".tissue")
    for box in boxes:
        layer = views.find_element(By.CSS_SELECTOR, f".slice-view use[href='#{box.get_attribute('value')}']")
        assert layer.value_of_css_property("display") != "none"
        box.click()
        assert layer.value_of_css_property("display") == "none"
        box.click()
    print(f"tissues: {len(boxes)}")


def check_order(driver):
    """Brains come before distributions, and what the numbers mean at the end; the origin is on top."""
    order = driver.execute_script("return Array.from(document.querySelectorAll('main section'), s => s.id)")
    assert order.index("cards") < order.index("distributions") < order.index("legend"), order
    names = [name.text for name in driver.find_elements(By.CSS_SELECTOR, "header .origin dt")]
    assert names == ["Dataset", "Segmented on", "Model", "Command"], names
    meanings = {row.find_element(By.TAG_NAME, "td").text for row in driver.find_elements(By.CSS_SELECTOR, "#legend tbody tr")}
    shown = {fact.get_attribute("textContent") for fact in driver.find_elements(By.CSS_SELECTOR, ".card .facts dt")}
    unknown = {name for name in shown - meanings if not name.startswith(("Dice ", "HD95 "))}
    assert not unknown, unknown
    print(f"order: {' '.join(order)}")


def table(folder, driver):
    """The rows of the ratings that the page saves."""
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": folder})
    driver.find_element(By.CSS_SELECTOR, ".save-ratings").click()
    path = pathlib.Path(folder) / "ratings.tsv"
    end = time.monotonic() + 10
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.05)
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    path.unlink()
    return rows


def check_ratings(driver):
    """Ratings are counted, saved as a table, and there again after the page was closed; then they are cleared."""
    fields = driver.find_elements(By.CSS_SELECTOR, ".rating")
    names = [field.get_attribute("data-scan") for field in fields]
    first, second = fields[:2]
    first.find_element(By.CSS_SELECTOR, "[value=pass]").click()
    second.find_element(By.CSS_SELECTOR, "[value=fail]").send_keys(Keys.SPACE)
    second.find_element(By.CSS_SELECTOR, "[type=text]").send_keys("motion, \u00e4nd <more>")
    count = driver.find_element(By.CSS_SELECTOR, ".rated").text
    assert count == f"2 of {len(names)} scans rated: 1 pass, 1 fail", count
    expected = [["scan", "rating", "comment"]] + [[name, "n/a", "n/a"] for name in names]
    expected[1][1] = "pass"
    expected[2][1:] = ["fail", "motion, \u00e4nd <more>"]
    with tempfile.TemporaryDirectory() as folder:
        assert table(folder, driver) == expected
        driver.refresh()
        assert table(folder, driver) == expected, "kept by the browser"
        picture(driver, "ratings")
        driver.find_element(By.CSS_SELECTOR, ".clear-ratings").click()
        assert table(folder, driver) == expected[:1] + [[name, "n/a", "n/a"] for name in names]
    print(f"ratings: {len(names)} scans")


def check_access(driver, name):
    source = (pathlib.Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    driver.execute_script(source)
    found = driver.execute_async_script(
        "const done = arguments[0]; axe.run().then(r => done([r.violations, r.passes.length]))")
    faults = [(rule["id"], [node["html"][:200] for node in rule["nodes"]][:3]) for rule in found[0]]
    assert not faults, faults
    print(f"axe, {name}: {found[1]} rules kept, none broken")


def check_sizes(driver):
    for width in 360, 768, 1200:
        size(driver, width)
        inner = driver.execute_script("return document.documentElement.scrollWidth")
        assert inner <= width, (width, inner)
        driver.execute_script("scrollTo(0, 0)")
        picture(driver, f"top-{width}")
        driver.execute_script("document.querySelector('#cards').scrollIntoView()")
        picture(driver, f"cards-{width}")
    print("no part is wider than the window: 360, 768, 1200 pixels")


def check_looks(driver):
    colours = {}
    for scheme in "light", "dark":
        media(driver, scheme)
        colours[scheme] = driver.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")
        check_access(driver, scheme)
        driver.execute_script("scrollTo(0, 0)")
        picture(driver, f"top-{scheme}")
        for part in "distributions", "agreement", "training", "behaviour", "vbm", "legend":
            if driver.find_elements(By.ID, part):
                driver.execute_script(f"document.querySelector('#{part}').scrollIntoView()")
                picture(driver, f"{part}-{scheme}")
    assert colours["light"] != colours["dark"], colours
    media(driver, "dark", "print")
    paper = driver.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")
    assert paper == "rgba(255, 255, 255, 1)", paper
    assert not driver.find_element(By.TAG_NAME, "nav").is_displayed()
    size(driver, 700)  # A4 less its margins.
    cut = driver.execute_script(
        "return Array.from(document.querySelectorAll('.wide'), e => [e.scrollWidth, e.clientWidth])")
    assert all(whole <= seen for whole, seen in cut), cut
    size(driver, 1200)
    if PICTURES:
        printed = driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
        (PICTURES / "paper.pdf").write_bytes(base64.b64decode(printed["data"]))
    media(driver, "light")
    print(f"backgrounds: {colours['light']} light, {colours['dark']} dark, {paper} on paper")


check_text()
driver = browser()
try:
    driver.set_script_timeout(120)
    check_loading(driver)
    check_sorting(driver)
    check_links(driver)
    check_order(driver)
    check_sides(driver)
    check_viewer(driver)
    check_tissues(driver)
    check_ratings(driver)
    check_looks(driver)
    check_sizes(driver)
    assert not driver.get_log("browser")
finally:
    driver.quit()
