"""Who stays, what they will buy, and how sure that is: the models chosen, fitted, and asked of every customer."""

from clvxl.prediction.predict import Prediction as Prediction
from clvxl.prediction.predict import predict as predict
