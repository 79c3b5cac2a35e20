import Testing

@testable import bench

@Suite("Tree")
struct TreeTests {
    @Test("is written as block YAML, with quotes only where they are needed")
    func yaml() {
        let tree: Tree = [
            "name": "app-1", "port": 80, "flag": "true", "image": "registry.example/app:v1",
            "text": "one\n\ntwo: 2\n",
            "list": [["a": 1, "b": ["c": "d"]], "x"],
            "none": [],
        ]
        #expect(
            tree.yaml == """
                name: app-1
                port: 80
                flag: "true"
                image: "registry.example/app:v1"
                text: |
                  one
                  
                  two: 2
                list:
                  - a: 1
                    b:
                      c: d
                  - x
                none: []

                """
        )
    }

    @Test("is written as JSON on one line, with escapes")
    func json() {
        let tree: Tree = ["a \"b\"": ["x\\y", "line\n", 7], "c": [:]]
        #expect(tree.json == #"{"a \"b\"":["x\\y","line\n",7],"c":{}}"#)
    }
}
