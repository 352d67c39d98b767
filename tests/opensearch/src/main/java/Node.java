public class Node { public static void main(String[] a) {} }
