import csv
import sys
from collections import defaultdict

from textgrid import grid


def main():
    if sys.argv[1:] == ["--help"]:
        print("usage: report FILE.csv")
        return
    sums = defaultdict(float)
    with open(sys.argv[1], newline="") as table:
        for row in csv.DictReader(table):
            sums[row["place"]] += float(row["amount"])
    print(grid(sorted(sums.items())))
