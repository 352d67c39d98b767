//! How large and how deep a tree some markup unfolds to, without making one.
//!
//! A hundred kilobytes of `<div>` stall every crate that makes trees of HTML, or
//! exhaust its stack; a few letters can unfold to millions of nodes, since
//! elements such as `<font>` go on behind the end of the box that holds them,
//! and are made anew in each that follows. Both are counted here while the tags
//! go by, before anything makes a tree. Counting stops where a limit is passed,
//! so that it takes linear time itself.
//!
//! Example: `<div><font><b></div><div>x</div><div>y</div>` is four deep; each
//! letter costs two more nodes, `<font>` and `<b>` made anew.

use super::elements::{ended_by, is_formatting, is_void, is_wall};

/// The deepest tree that is made.
///
/// Of the 1,126 pages measured the deepest is 42 deep by this count. What a
/// crate takes for one of unclosed `<div>` grows with the square of the depth:
/// 0.2 s at 1,000, 13 s at 20,000.
pub(super) const MOST_DEPTH: usize = 256;

/// The most markup, in bytes, of which a tree is made.
pub(super) const MOST_MARKUP: usize = 8 << 20;

/// The most nodes that a tree is made of: the most of a page measured are 27,734.
pub(super) const MOST_NODES: usize = 400_000;

/// The most attributes of one tag: they are compared with each other.
pub(super) const MOST_ATTRIBUTES: usize = 1_000;

/// Why no tree is made of some markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TreeLimit {
    /// It is too deep.
    Depth,
    /// It is too long.
    Length,
    /// It has too many nodes.
    Nodes,
    /// It has a tag with too many attributes.
    Attributes,
}

impl std::fmt::Display for TreeLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TreeLimit::Depth => write!(f, "its elements are more than {MOST_DEPTH} deep"),
            TreeLimit::Length => write!(f, "it is longer than {} MiB", MOST_MARKUP >> 20),
            TreeLimit::Nodes => write!(f, "it has more than {MOST_NODES} parts"),
            TreeLimit::Attributes => {
                write!(
                    f,
                    "it has a tag with more than {MOST_ATTRIBUTES} attributes"
                )
            }
        }
    }
}

/// An element that is open.
#[derive(Debug)]
struct OpenElement {
    name: Box<[u8]>,
    /// Whether it, or what it is in, is beside the article.
    is_aside: bool,
    has_attributes: bool,
    /// How many elements went on when it began.
    ongoing: usize,
}

/// The elements that are open at a place of the markup.
#[derive(Debug, Default)]
pub(super) struct OpenElements {
    open: Vec<OpenElement>,
    /// The elements that go on without being open: name, and whether they have
    /// attributes.
    ongoing: Vec<(Box<[u8]>, bool)>,
    nodes: usize,
    limit: Option<TreeLimit>,
}

impl OpenElements {
    /// Of markup of this length.
    pub(super) fn of(length: usize) -> OpenElements {
        OpenElements {
            limit: (length > MOST_MARKUP).then_some(TreeLimit::Length),
            ..OpenElements::default()
        }
    }

    /// The first limit that was passed.
    pub(super) fn limit(&self) -> Option<TreeLimit> {
        self.limit
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether what comes next is beside the article.
    pub(super) fn is_aside(&self) -> bool {
        self.open.last().is_some_and(|last| last.is_aside)
    }

    fn pass(&mut self, limit: TreeLimit) {
        self.limit.get_or_insert(limit);
    }

    /// Counts a text, or the start of an element.
    pub(super) fn node(&mut self) {
        self.nodes += 1 + self.ongoing.len();
        if self.nodes > MOST_NODES {
            self.pass(TreeLimit::Nodes);
        }
    }

    /// A tag has so many attributes, or more.
    pub(super) fn attributes(&mut self, count: usize) {
        if count > MOST_ATTRIBUTES {
            self.pass(TreeLimit::Attributes);
        }
    }

    /// The elements whose ends are left out before `name` begins.
    pub(super) fn end_before(&mut self, name: &[u8]) {
        let (ended, barriers) = ended_by(name);
        if ended.is_empty() || self.limit.is_some() {
            return;
        }
        for index in (0..self.open.len()).rev() {
            let open = &self.open[index].name;
            if ended.contains(&&**open) {
                self.end(index);
                return;
            }
            if barriers.contains(&&**open) {
                return;
            }
        }
    }

    /// An element begins.
    pub(super) fn begin(&mut self, name: &[u8], has_attributes: bool, is_aside: bool) {
        self.node();
        if is_void(name) || self.limit.is_some() {
            return;
        }
        self.open.push(OpenElement {
            name: name.into(),
            is_aside: is_aside || self.is_aside(),
            has_attributes,
            ongoing: self.ongoing.len(),
        });
        if self.open.len() + self.ongoing.len() > MOST_DEPTH {
            self.pass(TreeLimit::Depth);
        }
    }

    /// An element ends by its end tag.
    pub(super) fn end_tag(&mut self, name: &[u8]) {
        // Beyond a limit it does not matter any more.
        if self.limit.is_some() {
            return;
        }
        let is_same = |open: &OpenElement| &*open.name == name;
        if let Some(index) = self.open.iter().rposition(is_same) {
            self.end(index);
        } else if let Some(index) = self.ongoing.iter().rposition(|(open, _)| &**open == name) {
            self.ongoing.remove(index);
        }
    }

    /// Ends the element at `index` and all inside it.
    fn end(&mut self, index: usize) {
        let mut ended = self.open.drain(index..);
        let outer = ended.next();
        for inner in ended {
            if !is_formatting(&inner.name) {
                continue;
            }
            // At most three alike, and one link.
            let most = if &*inner.name == b"a" { 1 } else { 3 };
            let kind = (inner.name, inner.has_attributes);
            let alike = self.ongoing.iter().filter(|ongoing| **ongoing == kind);
            if kind.1 && most > 1 || alike.count() < most {
                self.ongoing.push(kind);
            }
        }
        if let Some(wall) = outer.filter(|outer| is_wall(&outer.name)) {
            self.ongoing.truncate(wall.ongoing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(tags: &str) -> OpenElements {
        let mut tree = OpenElements::of(0);
        for tag in tags.split(' ') {
            if let Some(name) = tag.strip_prefix('/') {
                tree.end_tag(name.as_bytes());
            } else {
                tree.end_before(tag.as_bytes());
                tree.begin(tag.as_bytes(), false, false);
            }
        }
        tree
    }

    #[test]
    fn ends_that_are_left_out_add_no_depth() {
        assert_eq!(tree("ul li li li").depth(), 2);
        assert_eq!(tree("ul li ul li li").depth(), 4);
        assert_eq!(tree("table tr td tr td td").depth(), 3);
        assert_eq!(tree("p p p br img p").depth(), 1);
        assert_eq!(tree("div span /div /div").depth(), 0);
    }

    #[test]
    fn deep_and_large_trees_are_told() {
        let divs = "div ".repeat(MOST_DEPTH);
        assert_eq!(tree(divs.trim()).limit(), None);
        assert_eq!(tree(&format!("{divs}div")).limit(), Some(TreeLimit::Depth));
        let fonts = "div font b i u s ".repeat(100);
        let blocks = "p /p ".repeat(1000);
        assert_eq!(tree(&format!("{fonts}p")).limit(), Some(TreeLimit::Depth));
        assert_eq!(tree(blocks.trim()).limit(), None);
        let ongoing = format!("div font b i u s em tt big /div {}", blocks.trim());
        assert_eq!(tree(&ongoing).nodes, 9 + 9 * 1000);
    }
}
